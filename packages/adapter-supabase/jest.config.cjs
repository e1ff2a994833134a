module.exports = {
  displayName: 'adapter-supabase',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
