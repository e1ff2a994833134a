module.exports = {
  displayName: 'routing-policy',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
