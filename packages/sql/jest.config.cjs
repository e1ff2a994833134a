module.exports = {
  displayName: 'sql',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
