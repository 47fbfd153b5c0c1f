import { expect, it } from 'vitest';
import { longestChain } from '../../../bench/converge/chain.ts';

const services = [
  { service: 'postgres', seconds: 30 },
  { service: 'pgbouncer', seconds: 10 },
  { service: 'redis', seconds: 15 },
  { service: 'prometheus', seconds: 35 },
];

it('adds up those that wait for each other, and takes the longest of the rest', () => {
  const after = new Map([['pgbouncer', ['postgres']]]);
  expect(longestChain(services, after)).toBe(40);
  expect(longestChain(services, new Map())).toBe(35);
});

it('leaves out what is no part of the command', () => {
  const after = new Map([['prometheus', ['alertmanager']]]);
  expect(longestChain(services, after)).toBe(35);
  expect(longestChain([], after)).toBe(0);
});

it('breaks a circle', () => {
  const after = new Map([
    ['postgres', ['pgbouncer']],
    ['pgbouncer', ['postgres']],
  ]);
  expect(longestChain(services, after)).toBe(40);
});
