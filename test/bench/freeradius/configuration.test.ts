import { expect, test } from 'vitest';
import { freeradiusConfiguration } from '../../../bench/freeradius/configuration.ts';

const settings = { folder: '/f', authPort: 1, acctPort: 2, secret: 's', threads: 4 };

test('with PostgreSQL it asks and records by SQL, with a connection for every thread and no users file', () => {
  const store = { kind: 'sql', socketFolder: '/socket', port: 5, connections: 4 } as const;
  const text = freeradiusConfiguration({ ...settings, store });
  expect(text).toMatch(/authorize \{\s+sql\s+pap\s+\}/);
  expect(text).toMatch(/accounting \{\s+sql\s+\}/);
  expect(text).toMatch(/start = 4\s+min = 4\s+max = 4/);
  expect(text).not.toContain('usersfile');
});

test('with a users file it never asks a database', () => {
  const text = freeradiusConfiguration({ ...settings, store: { kind: 'files', usersFile: '/f/users' } });
  expect(text).toMatch(/authorize \{\s+files\s+pap\s+\}/);
  expect(text).not.toContain('rlm_sql');
});
