module.exports = {
  displayName: 'repo-rules',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
