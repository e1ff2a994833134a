const config = require('./jest.config.cjs');

/** Run by `npm run test:hosted` alone: these need a real project. */
module.exports = {
  ...config,
  displayName: 'adapter-mcp, hosted',
  testMatch: ['**/test/hosted/*.hosted.ts'],
  // Requests of a real project are counted by the minute.
  testTimeout: 300_000,
};
