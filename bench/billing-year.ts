import { parseArgs } from 'node:util';
import { playYear } from './billing/play-year.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    customers: { type: 'string', default: '1000' },
    days: { type: 'string', default: '365' },
    postgres: { type: 'boolean', default: false },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const options = { seed: Number(values.seed), customers: Number(values.customers), days: Number(values.days) };
const outcome = await playYear({
  ...{ ...options, isServer: values.postgres },
  progress: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify({ ...options, postgres: values.postgres, ...outcome })}\n`);
process.exitCode = outcome.isRight ? 0 : 1;
