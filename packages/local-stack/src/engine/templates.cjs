/**
 * Empty databases that are kept and copied: PostgreSQL takes over a second to make one, a copy a tenth of that.
 * A template is whole or not there: written beside its place, on the disk, then renamed. Its list has the size of each
 * file. Plain JavaScript for the keeper, which runs as it is.
 */
const { createHash, randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const listName = 'files.json';
const templateMark = 'database-';
const unfinishedMark = '.unfinished';
const hourMs = 3_600_000;
const oldMs = 30 * 24 * hourMs;

/** Where the template of databases lies that are made by these words, by an engine of this name. */
module.exports.templateIn = (folder, engine, words) => {
  const made = createHash('sha256').update(JSON.stringify([engine, process.platform, process.arch, words]));
  return path.join(folder, `${templateMark}${made.digest('hex').slice(0, 16)}`);
};

/** Whether what lies in a folder was put there by this user alone: whoever writes a template owns its databases. */
module.exports.mayTrust = (folder) => {
  const { uid, mode } = fs.statSync(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
};

/** Copies a template to where nothing lies yet. Throws where it is not whole, and may leave a part. */
module.exports.copyTemplate = (template, data, owner) => {
  const own = (target) => owner && fs.chownSync(target, owner.uid, owner.gid);
  fs.mkdirSync(data, { mode: 0o700 });
  own(data);
  for (const { name, bytes } of JSON.parse(fs.readFileSync(path.join(template, listName), 'utf8'))) {
    const target = path.join(data, name);
    if (bytes === undefined) fs.mkdirSync(target, { mode: 0o700 });
    else fs.copyFileSync(path.join(template, 'database', name), target);
    if (bytes !== undefined && fs.statSync(target).size !== bytes) throw new Error(`${name} is not whole`);
    own(target);
  }
};

/** Keeps a copy of a database that no server has opened yet. Of several at once the first stays. */
module.exports.keepTemplate = (template, data) => {
  const unfinished = `${template}-${randomUUID()}${unfinishedMark}`;
  try {
    removeStale(path.dirname(template));
    const list = entriesOf(data);
    fs.mkdirSync(path.join(unfinished, 'database'), { recursive: true, mode: 0o700 });
    for (const { name, bytes } of list) {
      const target = path.join(unfinished, 'database', name);
      if (bytes === undefined) fs.mkdirSync(target, { mode: 0o700 });
      else onDisk(target, fs.readFileSync(path.join(data, name)));
    }
    onDisk(path.join(unfinished, listName), JSON.stringify(list));
    fs.renameSync(unfinished, template);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
};

const entriesOf = (data) =>
  fs.readdirSync(data, { recursive: true, withFileTypes: true }).map((entry) => {
    const full = path.join(entry.parentPath, entry.name);
    const name = path.relative(data, full);
    return entry.isDirectory() ? { name } : { name, bytes: fs.statSync(full).size };
  });

const onDisk = (target, content) => {
  const file = fs.openSync(target, 'wx', 0o600);
  try {
    fs.writeFileSync(file, content);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
};

/** What a killed keeper left behind, and what is a month old: its engine may be gone, and if not it is made anew. */
const removeStale = (folder) => {
  for (const name of fs.readdirSync(folder)) {
    const target = path.join(folder, name);
    const ageMs = Date.now() - (fs.statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const mayMs = name.endsWith(unfinishedMark) ? hourMs : name.startsWith(templateMark) ? oldMs : Infinity;
    if (ageMs > mayMs) fs.rmSync(target, { recursive: true, force: true });
  }
};
