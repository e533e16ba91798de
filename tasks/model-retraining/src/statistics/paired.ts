/** What a paired test says of a candidate beside the model it shall replace, on the same rows. @public */
export interface PairedComparison {
  readonly test: 'delong' | 'mcnemar' | 'bootstrap';
  /** How much better the candidate is, in the test's measure; below 0 where it is worse. */
  readonly difference: number;
  /** How likely such a difference is, or a greater one, when the candidate is no better than the margin allows. */
  readonly pValue: number;
}
