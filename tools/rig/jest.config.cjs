module.exports = {
  displayName: 'rig',
  preset: '../../jest.preset.js',
  coverageDirectory: 'test-output/jest/coverage',
};
