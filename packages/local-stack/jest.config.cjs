module.exports = {
  displayName: 'local-stack',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
