import {
  doubles,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from './schema';

/** A graph being written, with names that are given once. */
export class GraphBuilder {
  private readonly nodes: NodeProto[] = [];
  private readonly constants: TensorProto[] = [];
  private names = 0;

  /** Adds a node of ONNX's own operators and names its output. */
  add(opType: string, input: string[], attributes: AttributeProto[] = [], output?: string): string {
    return this.addMany(opType, '', input, attributes, [output ?? this.name(opType)])[0]!;
  }

  /** Adds a node of any domain. */
  addMany(
    opType: string,
    domain: string,
    input: string[],
    attributes: AttributeProto[],
    output: string[],
  ): string[] {
    const name = this.name(opType);
    this.nodes.push({ input, output, name, opType, domain, attribute: attributes });
    return output;
  }

  /** Adds a constant and names it. */
  constant(tensor: Omit<TensorProto, 'name'>): string {
    const name = this.name('constant');
    this.constants.push({ ...tensor, name });
    return name;
  }

  /** Adds 64-bit floats. */
  numbers(values: Iterable<number>, dims: number[]): string {
    return this.constant(doubles('', Float64Array.from(values), dims));
  }

  finish(name: string, ends: Pick<GraphProto, 'input' | 'output'>): GraphProto {
    return { name, node: this.nodes, initializer: this.constants, ...ends };
  }

  private name(stem: string): string {
    this.names += 1;
    return `${stem}_${this.names}`;
  }
}
