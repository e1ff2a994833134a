const nxPreset = require('@nx/jest/preset').default;

/** Sources run as CommonJS through swc; packages see each other's `src` by the custom export condition. */
module.exports = {
  ...nxPreset,
  testEnvironment: require.resolve('./jest.environment.cjs'),
  testEnvironmentOptions: { customExportConditions: ['@hybrid-supabase/source', 'node', 'require', 'default'] },
  transform: {
    '^.+\\.[cm]?[tj]s$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'commonjs', ignoreDynamic: true },
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      },
    ],
  },
  moduleFileExtensions: ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'],
  setupFilesAfterEnv: [require.resolve('./jest.setup.cjs')],
  reporters: ['default', require.resolve('./jest.ends.cjs')],
  coverageReporters: ['text-summary', 'lcov', 'json-summary'],
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.test.ts'],
};
