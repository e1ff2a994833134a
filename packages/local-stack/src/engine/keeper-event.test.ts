import { parseKeeperEvent } from './keeper-event.js';

test.each([
  [{ event: 'step', line: 'creating' }],
  [{ event: 'ready', port: 1, pid: 2 }],
  [{ event: 'failed', step: 'initdb', log: [] }],
])('reads %j', (event) => {
  expect(parseKeeperEvent(JSON.stringify(event))).toEqual(event);
});

test.each(['', 'noise', 'null', '{"event":"ready","port":"1","pid":2}', '{"event":"other"}'])(
  '%j is no event',
  (line) => {
    expect(parseKeeperEvent(line)).toBeUndefined();
  },
);
