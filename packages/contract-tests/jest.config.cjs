module.exports = {
  displayName: 'contract-tests',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
