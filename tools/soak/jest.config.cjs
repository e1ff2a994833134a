module.exports = {
  displayName: 'soak',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
  // A real child and a real database on a busy machine.
  testTimeout: 120_000,
};
