module.exports = {
  displayName: 'adapter-mcp',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
  // Real children and a real database on a busy machine.
  testTimeout: 60_000,
};
