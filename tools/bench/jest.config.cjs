module.exports = {
  displayName: 'bench',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
