/** What goes wrong on purpose, so that an extraction can show that it survives. */
export interface FaultSettings {
  /** A connection ends after it has sent this many rows. */
  dropAfterRows?: number;
  /** How many connections end so before all goes well; default 1. */
  drops?: number;
}

export class ConnectionFaults {
  constructor(
    private rowsLeft: number,
    private readonly takeDrop: () => boolean,
  ) {}

  /** How many rows may be sent before {@link sent} has to be asked. */
  get rowsUntilFault(): number {
    return this.rowsLeft;
  }

  /** True: the connection has to end now. */
  sent(rows: number): boolean {
    this.rowsLeft -= rows;
    if (this.rowsLeft > 0) return false;
    this.rowsLeft = Infinity;
    return this.takeDrop();
  }
}

/** Shared by all connections of a double. */
export class Faults {
  private drops: number;

  constructor(private readonly settings: FaultSettings) {
    this.drops = settings.dropAfterRows === undefined ? 0 : (settings.drops ?? 1);
  }

  /** The account of one connection. */
  forConnection(): ConnectionFaults {
    return new ConnectionFaults(this.settings.dropAfterRows ?? Infinity, () => this.takeDrop());
  }

  private takeDrop(): boolean {
    if (this.drops === 0) return false;
    this.drops -= 1;
    return true;
  }
}
