import type { Reporter, TestCase } from 'vitest/node';

/** Names tests that passed only when they were tried again, so that a retry hides none of them. */
export class FlakyReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (!test.diagnostic()?.flaky) return;
    const [first] = test.result().errors ?? [];
    process.stdout.write(
      `PASSED ON RETRY: ${test.module.relativeModuleId} > ${test.fullName}: ${first?.message}\n`,
    );
  }
}
