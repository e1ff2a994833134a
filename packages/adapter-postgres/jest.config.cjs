module.exports = {
  displayName: 'adapter-postgres',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
