module.exports = {
  displayName: 'adapter-postgres',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
  // A real database on a busy machine.
  testTimeout: 60_000,
};
