import { describe, expect, test } from 'vitest';
import { nodeProblem } from '../../src/node-version.ts';

describe('the version of Node.js', () => {
  test.each(['20.11.0', '20.20.2', '21.0.0', '22.3.1', '100.0.0'])('%s is new enough', (version) => {
    expect(nodeProblem(version)).toBe('');
  });

  test.each(['20.10.9', '18.20.4', '0.12.18', '4.0.0', 'unknown'])('%s is told what is needed', (version) => {
    expect(nodeProblem(version)).toBe(
      `Stethos needs Node.js 20.11 or newer, this is ${version}. Install it from https://nodejs.org.`,
    );
  });
});
