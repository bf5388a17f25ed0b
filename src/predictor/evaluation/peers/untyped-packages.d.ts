// What is used of the peers' packages, which come without types.
declare module 'ml-isolation-forest' {
  export class IsolationForest {
    constructor(options: { nEstimators: number });
    train(rows: readonly (readonly number[])[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
  }
}

declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';
  export default class LogisticRegression {
    /** One against all: the classifier of class 0 says the probability of not being 0. */
    classifiers: { testScores(rows: Matrix): number[] }[];
    constructor(options: { numSteps: number; learningRate: number });
    train(rows: Matrix, classes: Matrix): void;
  }
}
