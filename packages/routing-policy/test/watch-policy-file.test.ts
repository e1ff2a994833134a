import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import { mkdtemp, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHybrid, watchPolicyFile, type WatchOptions } from '../src/index.js';
import { createManualClock, settled } from './manual-clock.js';

const good = '{"*":{"maxAttempts":1}}';
const other = '{"*":{"maxAttempts":2}}';

/** A watch whose looks are taken by hand, so that nothing waits. */
function open(options: Partial<WatchOptions> = {}) {
  const clock = createManualClock();
  const heard: string[] = [];
  const hybrid = createHybrid({ layers: [createFakeLayer({ name: 'mcp', answers: {} })], clock });
  const start = async (path: string) =>
    (
      await watchPolicyFile(path, hybrid, {
        clock,
        onChange: (outcome) => heard.push(outcome.isOk() ? 'changed' : outcome.error.code),
        ...options,
      })
    )._unsafeUnwrap();
  return { clock, heard, start, attempts: () => hybrid.policy.current['*']?.maxAttempts };
}

describe('a watched file on a disk', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hybrid-watch-'));
    file = join(folder, 'policy.json');
    await writeFile(file, good);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Real files, read while the clock that is moved by hand stands still. */
  let reading: Promise<unknown> = Promise.resolve();
  const read = (path: string): Promise<string> => {
    const text = readFile(path, 'utf8');
    reading = text.catch(() => undefined);
    return text;
  };
  const until = async (clock: ReturnType<typeof createManualClock>, isSo: () => boolean): Promise<void> => {
    for (let looks = 0; !isSo(); looks += 1) {
      if (looks === 40) throw new Error('It did not happen.');
      await clock.advance(250);
      await reading;
      await settled();
    }
  };

  test('is followed by an editor that puts a new file in its place', async () => {
    const { clock, heard, start, attempts } = open({ read });
    const watch = await start(file);
    await writeFile(`${file}.swp`, other);
    await rename(`${file}.swp`, file);
    await until(clock, () => attempts() === 2);
    expect(heard).toEqual(['changed']);
    watch.close();
  });

  test('is followed through a link that leads elsewhere now, as mounted configuration does', async () => {
    const { clock, start, attempts } = open({ read });
    const [link, next] = [join(folder, 'link.json'), join(folder, 'next.json')];
    await writeFile(next, other);
    await symlink(file, link);
    const watch = await start(link);
    await symlink(next, `${link}.new`);
    await rename(`${link}.new`, link);
    await until(clock, () => attempts() === 2);
    watch.close();
  });

  test('is taken up again when it comes back after it was removed', async () => {
    const { clock, heard, start, attempts } = open({ read });
    const watch = await start(file);
    await unlink(file);
    await until(clock, () => heard.length > 0);
    expect([heard, attempts()]).toEqual([['unreadable'], 1]);
    await writeFile(file, other);
    await until(clock, () => attempts() === 2);
    expect(heard).toEqual(['unreadable', 'changed']);
    watch.close();
  });

  test('may begin with a byte order mark', async () => {
    await writeFile(file, `\uFEFF${other}`);
    const { start, attempts } = open({ read });
    const watch = await start(file);
    expect(attempts()).toBe(2);
    watch.close();
  });
});

describe('what a watch reads', () => {
  test('half written is no mistake when the rest comes before the next look', async () => {
    let text = good;
    const { clock, heard, start, attempts } = open({ read: async () => text });
    const watch = await start('policy.json');
    for (const step of ['', other.slice(0, 7)]) {
      text = step;
      await clock.advance(250);
    }
    expect([heard, attempts()]).toEqual([[], 1]);
    text = other;
    await clock.advance(250);
    expect([heard, attempts()]).toEqual([['changed'], 2]);
    watch.close();
  });

  test('wrong is told once, however long it stays, and the next mistake again', async () => {
    let text = good;
    const { clock, heard, start, attempts } = open({ read: async () => text });
    const watch = await start('policy.json');
    text = '{';
    await clock.advance(60_000);
    text = '{"*":{"maxAttempts":0}}';
    await clock.advance(60_000);
    expect([heard, attempts()]).toEqual([['not-json', 'invalid'], 1]);
    watch.close();
  });

  test('never at all, from a file system that hangs, is told once and read by one reader only', async () => {
    let text = good;
    let isHanging = false;
    let readers = 0;
    let answer = (_text: string): void => undefined;
    const read = async (): Promise<string> => {
      if (!isHanging) return text;
      readers += 1;
      return new Promise((resolve) => (answer = resolve));
    };
    const { clock, heard, start, attempts } = open({ read });
    const watch = await start('policy.json');
    isHanging = true;
    await clock.advance(60_000);
    expect([heard, readers, attempts()]).toEqual([['unreadable'], 1, 1]);
    isHanging = false;
    text = other;
    answer(other);
    await clock.advance(500);
    expect([heard, attempts()]).toEqual([['unreadable', 'changed'], 2]);
    watch.close();
  });

  test('is followed on although a listener throws', async () => {
    let text = good;
    const onChange = () => {
      throw new Error('a listener with a defect');
    };
    const { clock, start, attempts } = open({ read: async () => text, onChange });
    const watch = await start('policy.json');
    text = other;
    await clock.advance(250);
    text = good;
    await clock.advance(250);
    expect(attempts()).toBe(1);
    watch.close();
  });
});
