module.exports = {
  displayName: 'load',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
  // A real stack and a real child, on a busy machine.
  testTimeout: 120_000,
};
