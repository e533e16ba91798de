/** So many names of a topic are said: somebody else's messages may name as many as there are messages. */
const MOST_NAMES = 10;
/** In letters. */
const LONGEST_NAME = 100;
/** What would steer a terminal, or look like another text than it is. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Says once which data sets messages name that have no contract. */
export class UnwatchedNames {
  /** What was said, by topic. */
  private readonly said = new Map<string, Set<string | undefined>>();

  constructor(private readonly say: (what: string) => void) {}

  /** @param dataset - undefined where a message names none. */
  saw(topic: string, dataset: string | undefined): void {
    let said = this.said.get(topic);
    if (!said) this.said.set(topic, (said = new Set()));
    if (said.size >= MOST_NAMES) return;
    // Asked of each message: what is said of it is only made once.
    const name = dataset?.slice(0, LONGEST_NAME);
    if (said.has(name)) return;
    said.add(name);
    this.say(`${topic}: messages name ${wordsOf(name)}: they aren't checked`);
    if (said.size === MOST_NAMES) {
      this.say(`${topic}: which others its messages name that have no contract isn't said`);
    }
  }
}

function wordsOf(dataset: string | undefined): string {
  if (dataset === undefined) return 'no data set, and those of several come by the topic';
  return `the data set ${JSON.stringify(dataset.replace(UNPRINTABLE, '?'))}, which has no contract`;
}
