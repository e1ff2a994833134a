/**
 * Owns one PostgreSQL server for a parent process, and ends it when the parent goes away: the parent holds this
 * process's standard input open, and the system closes it for a parent that is killed.
 *
 * Plain JavaScript, run by Node as it is, so that it works from the sources and from an installed package alike.
 * Input: one line of JSON, the plan. Output: lines of JSON, each an event (`step`, `ready`, `failed`, `ended`).
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { packagedVersion, programPath, usableEngine } = require('./packaged-engine.cjs');
const { copyTemplate, keepTemplate, mayTrust, templateIn } = require('./templates.cjs');

module.exports.keeperPath = module.filename;

const logLines = [];
let running;
let ending = false;

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const tellStep = (line) => tell({ event: 'step', line });

class Failure extends Error {
  constructor(step, log) {
    super(step);
    this.step = step;
    this.log = log;
  }
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Runs a program of the engine as the database user; every line it writes is kept for a failure's account. */
function run(program, words, { runAs, home }, onLine = () => undefined, input = '') {
  const child = spawn(program, words, {
    ...runAs,
    cwd: home,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  });
  running = child;
  // A program that does not read to the end says by its exit code whether that matters.
  child.stdin.on('error', () => undefined).end(input);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        logLines.push(line);
        onLine(line);
      }
      logLines.splice(0, Math.max(0, logLines.length - 60));
    });
  }
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(logLines.push(error.message) && 1));
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { child, ended };
}

const initdbWords = ({ user, temporary }) => [
  ...[`--username=${user}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--locale-provider=builtin'],
  ...['--builtin-locale=C.UTF-8', '--no-instructions', ...(temporary ? ['--no-sync'] : [])],
];

async function initdb(engine, data, plan) {
  const passwordFile = path.join(plan.home, 'database.password');
  fs.mkdirSync(data, { mode: 0o700 });
  fs.writeFileSync(passwordFile, `${plan.password}\n`, { mode: 0o600 });
  if (plan.runAs) for (const file of [data, passwordFile]) fs.chownSync(file, plan.runAs.uid, plan.runAs.gid);
  const words = [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...initdbWords(plan)];
  const code = await run(programPath(engine, 'initdb'), words, plan).ended.finally(() => fs.rmSync(passwordFile));
  if (code !== 0) throw new Failure('initdb', logLines);
}

/** Opens a copied database once, for its owner's new password; its old one is that of a stack that is gone. */
async function setPassword(engine, data, plan) {
  const words = ['--single', '-F', '-D', data, 'postgres'];
  const statement = `alter role "${plan.user}" password '${plan.password.replaceAll("'", "''")}'\n`;
  const refusals = [];
  const onLine = (line) => /\b(ERROR|FATAL|PANIC):/.test(line) && refusals.push(line);
  const code = await run(programPath(engine, 'postgres'), words, plan, onLine, statement).ended;
  if (code !== 0 || refusals.length > 0) throw new Failure('postgres', logLines);
}

const nameOf = (error) => error.code ?? error.step ?? error.message;

/** Copies the kept database where there is one that is whole; says whether it did. */
async function copyKept(engine, data, plan, template) {
  if (!fs.existsSync(template)) return false;
  try {
    copyTemplate(template, data, plan.runAs);
    await setPassword(engine, data, plan);
    return true;
  } catch (error) {
    if (ending) throw error;
    tellStep(`making the kept empty database anew, as it could not be copied (${nameOf(error)})`);
    fs.rmSync(data, { recursive: true, force: true });
    discard(template);
    return false;
  }
}

const discard = (template) => {
  try {
    fs.rmSync(template, { recursive: true, force: true });
  } catch (error) {
    tellStep(`leaving ${template} as it is (${nameOf(error)})`);
  }
};

/** Where the kept database lies, or nothing: a stack needs none. */
function findTemplate(plan) {
  if (!plan.templates) return undefined;
  try {
    fs.mkdirSync(plan.templates, { recursive: true, mode: 0o700 });
    if (mayTrust(plan.templates)) return templateIn(plan.templates, packagedVersion(), initdbWords(plan));
    tellStep(`keeping no empty database, as others may write to ${plan.templates}`);
  } catch (error) {
    tellStep(`keeping no empty database in ${plan.templates} (${nameOf(error)})`);
  }
  return undefined;
}

/** Copies a kept database, or makes one and keeps it: the next stack is there in half the time. */
async function makeDatabase(engine, data, plan) {
  const template = findTemplate(plan);
  if (template && (await copyKept(engine, data, plan, template))) return;
  await initdb(engine, data, plan);
  try {
    if (template) keepTemplate(template, data);
  } catch (error) {
    tellStep(`keeping no empty database in ${plan.templates} (${nameOf(error)})`);
  }
}

async function initialise(engine, data, plan) {
  tellStep('creating the database');
  const unfinished = `${data}.unfinished`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  try {
    await makeDatabase(engine, unfinished, plan);
  } catch (error) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  fs.renameSync(unfinished, data);
}

function settingsOf(port, temporary) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    max_connections: 100,
    timezone: 'UTC',
    // Without it a full queue of shared memory (as in small containers) would fail plain selects.
    max_parallel_workers_per_gather: 0,
    ...(temporary ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Starts the server on a free port; another process may take the port first, so a few are tried. */
async function serve(engine, data, plan, triesLeft = 5) {
  const port = await freePort();
  const words = ['-D', data, ...settingsOf(port, plan.temporary)];
  logLines.length = 0;
  const ready = deferred();
  const { child, ended } = run(programPath(engine, 'postgres'), words, plan, (line) => {
    if (line.includes('database system is ready to accept connections')) ready.resolve('ready');
  });
  const outcome = await Promise.race([ready.promise, ended]);
  if (outcome === 'ready') return { port, pid: child.pid, ended };
  if (triesLeft > 1 && !ending && logLines.some((line) => line.includes('Address already in use')))
    return serve(engine, data, plan, triesLeft - 1);
  throw new Failure('postgres', logLines);
}

function deferred() {
  let resolve;
  return { promise: new Promise((settle) => (resolve = settle)), resolve: (value) => resolve(value) };
}

/** Ends whatever runs: politely, then at once, then by force. A temporary database is not worth a checkpoint. */
async function end(plan) {
  if (ending) return;
  ending = true;
  if (running && running.exitCode === null && running.signalCode === null && running.pid !== undefined) {
    const gone = new Promise((resolve) => running.once('close', resolve));
    const signals = plan?.temporary ? ['SIGQUIT', 'SIGKILL'] : ['SIGINT', 'SIGQUIT', 'SIGKILL'];
    const timers = signals.map((signal, at) => setTimeout(() => running.kill(signal), at * 5_000));
    await gone;
    timers.forEach(clearTimeout);
  }
  if (plan?.temporary) fs.rmSync(plan.home, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

async function keep(plan) {
  const data = path.join(plan.home, 'database');
  const engine = usableEngine(plan, tellStep);
  if (!fs.existsSync(data)) await initialise(engine, data, plan);
  const { port, pid, ended } = await serve(engine, data, plan);
  tell({ event: 'ready', port, pid });
  await ended;
  if (!ending) tell({ event: 'ended', log: logLines });
}

function main() {
  let plan;
  let text = '';
  process.stdout.on('error', () => undefined);
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (plan || !text.includes('\n')) return;
    plan = JSON.parse(text);
    keep(plan)
      .catch((error) => tell({ event: 'failed', step: error.step ?? 'engine', log: error.log ?? [error.message] }))
      .then(() => end(plan));
  });
  for (const event of ['end', 'error', 'close']) process.stdin.on(event, () => end(plan));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(plan));
}

if (require.main === module) main();
