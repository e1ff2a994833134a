/** What runs on after the last test was forgotten by one: the run says so and fails, instead of waiting for it for ever. */
module.exports = class EndsReporter {
  onRunComplete() {
    const fail = () => {
      process.stderr.write(`Something was left running: ${process.getActiveResourcesInfo().join(', ')}\n`);
      process.exit(1);
    };
    setTimeout(fail, 5_000).unref();
  }
};
