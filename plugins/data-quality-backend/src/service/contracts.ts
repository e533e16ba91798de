import {
  ContractFolder,
  QualityError,
  type ContractSet,
  type SchemaRegistry,
  type StreamContract,
} from '@dolphinstage/tasks-data-quality';

/** What contracts let be shown of a data set's rows. */
export type Shown = Pick<StreamContract, 'fields' | 'redact'>;

/** The checker's contracts, as they are in their folder now. */
export class Contracts {
  private opened: ContractFolder | undefined;

  /**
   * @param folder - undefined: there are none at hand.
   * @param registry - has the schemas that rows name.
   */
  constructor(
    private readonly folder: string | undefined,
    private readonly registry?: SchemaRegistry,
  ) {}

  /**
   * Those in force, as the checker has them. A changed file that is no contract is left as it was.
   *
   * @throws QualityError `CONTRACTS_UNUSABLE`, `CONTRACT_INVALID` where there are none.
   */
  inForce(): ContractSet {
    if (this.folder === undefined) {
      throw new QualityError('CONTRACTS_UNUSABLE', 'the portal has no contracts', {
        todo: 'Replay with dolphinstage quality quarantine replay, or set dataQuality.contracts in app-config.yaml.',
      });
    }
    this.opened ??= new ContractFolder(this.folder, { registry: this.registry });
    this.opened.refresh();
    return this.opened.current;
  }

  /** What any version of its contract lets be shown; undefined where no contract says it. */
  shownOf(dataset: string): Shown | undefined {
    const contracts = this.versionsOf(dataset);
    if (contracts.length === 0) return undefined;
    const fields = contracts.flatMap(contract => contract.fields);
    return {
      fields: [...new Map(fields.map(field => [field.name, field])).values()],
      redact: contracts.flatMap(contract => contract.redact),
    };
  }

  private versionsOf(dataset: string): StreamContract[] {
    try {
      const checks = [...this.inForce().topics.values()];
      return checks
        .flatMap(({ contracts }) => contracts)
        .filter(contract => contract.dataset === dataset);
    } catch (error) {
      // The checker, and who wants to replay, are told what is wrong with them.
      if (error instanceof QualityError) return [];
      throw error;
    }
  }
}
