module.exports = {
  displayName: 'parity',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
