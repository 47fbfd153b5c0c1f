/** A vector's length. */
export function normOf(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) ** 2;
  return Math.sqrt(sum);
}

/** Scales a vector to unit length, in place, and answers it. */
export function toUnitLength(vector: Float32Array): Float32Array {
  const norm = normOf(vector);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / norm;
  return vector;
}

/** The cosine of the angle between two vectors. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum / (normOf(a) * normOf(b));
}

/** Whether a number is neither zero, infinite nor NaN. */
export function isFinitePositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}
