const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

/** The storages that a file's tests have switched on: each of Jest's own parts and of ours, anew for every file. */
const switchedOn = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function runAndRemember(...given) {
  switchedOn.add(this);
  return Reflect.apply(run, this, given);
};

/**
 * A file's storages end with it. Before Node 24 each promise carries every storage of its process that was ever
 * switched on, and Jest makes one a file: after fifty files a promise would take a hundred times as long.
 * Node's warnings reach the file's tests: the process they see is a copy, on which nobody else emits them.
 */
module.exports = class OwnEnvironment extends TestEnvironment {
  #warn = (warning) => this.global.process.emit('warning', warning);

  async setup() {
    await super.setup();
    process.on('warning', this.#warn);
  }

  async teardown() {
    process.off('warning', this.#warn);
    for (const storage of switchedOn) storage.disable();
    switchedOn.clear();
    await super.teardown();
  }
};
