module.exports = {
  displayName: 'adapter-supabase',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
  // A real database on a busy machine; nothing waits this long unless something is broken.
  testTimeout: 30_000,
};
