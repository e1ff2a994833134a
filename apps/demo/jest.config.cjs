module.exports = {
  displayName: 'demo',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
