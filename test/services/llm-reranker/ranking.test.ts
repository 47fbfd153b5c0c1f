import { anything, assert, float, integer, property, record, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadAnswer, readRanking } from '../../../src/services/llm-reranker/ranking.ts';

const answer = (...ranking: object[]) => JSON.stringify({ ranking });
const line = (candidate: unknown, score: unknown = 0.5, reason: unknown = 'alike') => ({
  candidate,
  score,
  reason,
});

describe('readRanking', () => {
  it('reads verdicts by their scores', () => {
    const { verdicts, complete } = readRanking(answer(line(1, 0.2), line(3, 0.9), line(2, 0.2)), 3);
    expect(verdicts.map(({ candidate }) => candidate)).toEqual([3, 1, 2]);
    expect(complete).toBe(true);
    expect(readRanking(answer(line(2)), 3).complete).toBe(false);
  });

  it.each([
    ['', 'it is not JSON'],
    ['```json\n{"ranking": []}\n```', 'it is not JSON'],
    ['{"ranking": [', 'it is not JSON'],
    ['[]', 'the answer'],
    ['{"answer": "the second one"}', 'ranking'],
    [answer(), 'ranking'],
    [answer(line(0)), 'there is no candidate 0; they are 1 to 3'],
    [answer(line(4)), 'there is no candidate 4; they are 1 to 3'],
    [answer(line(1.5)), 'ranking.0.candidate'],
    [answer(line('1')), 'ranking.0.candidate'],
    [answer(line(1, 1.1)), 'ranking.0.score'],
    [answer(line(1, -0.1)), 'ranking.0.score'],
    [answer(line(1, 0.5, 7)), 'ranking.0.reason'],
    [answer({ ...line(1), sku: 'A' }), 'ranking.0'],
    [answer(line(1), line(2), line(1)), 'candidate 1 stands in it twice'],
  ])('refuses %s', (text, wrong) => {
    expect(() => readRanking(text, 3)).toThrow(BadAnswer);
    expect(() => readRanking(text, 3)).toThrow(wrong);
  });

  it('takes what has every number once, and throws nothing but BadAnswer at anything else', () => {
    assert(
      property(
        shuffledSubarray([1, 2, 3, 4], { minLength: 1 }),
        float({ min: 0, max: 1, noNaN: true }),
        (numbers, score) => {
          const { verdicts, complete } = readRanking(answer(...numbers.map((each) => line(each, score))), 4);
          expect(new Set(verdicts.map(({ candidate }) => candidate))).toEqual(new Set(numbers));
          expect(complete).toBe(numbers.length === 4);
        },
      ),
    );
    assert(
      property(record({ ranking: anything() }), integer({ min: 1, max: 5 }), (any, count) => {
        try {
          readRanking(JSON.stringify(any), count);
        } catch (error) {
          expect(error).toBeInstanceOf(BadAnswer);
        }
      }),
    );
  });
});
