module.exports = {
  displayName: 'adapter-mcp',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
