const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;

/** Schemas of the document, which are those that requests are held against. */
export const params = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', minLength: 1 } },
} as const;

export const predictBody = (maxRows: number) => ({
  type: 'object',
  required: ['rows'],
  additionalProperties: false,
  properties: {
    rows: {
      type: 'array',
      minItems: 1,
      maxItems: maxRows,
      description: "Fields by the model's inputs; others are ignored.",
      items: { type: 'object', additionalProperties: true },
    },
    keys: {
      type: 'array',
      description: "The rows' entities: labels come by them, and a candidate gets always the same.",
      items: { type: ['string', 'null'] },
    },
  },
});

export const predictAnswer = {
  type: 'object',
  description: 'By row, in their order.',
  required: ['request', 'model', 'version', 'predictions'],
  properties: {
    request: text,
    model: text,
    version: { ...whole, description: 'The live one; a candidate may have answered a row.' },
    predictions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['version', 'label', 'probabilities'],
        properties: {
          version: whole,
          label: text,
          probabilities: { type: 'object', additionalProperties: { type: 'number' } },
        },
      },
    },
  },
} as const;

export const model = {
  type: 'object',
  description: 'A model as it is served.',
  required: ['name', 'version', 'candidate', 'mode', 'classes', 'positive', 'inputs', 'window'],
  properties: {
    name: text,
    version: whole,
    candidate: { type: ['integer', 'null'] },
    mode: { type: ['string', 'null'], enum: ['shadow', 'percentage', null] },
    classes: { type: 'array', items: text },
    positive: text,
    inputs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'type', 'nullable'],
        properties: {
          name: text,
          type: { type: 'string', enum: ['number', 'string', 'boolean', 'instant'] },
          nullable: { type: 'boolean' },
          min: { type: 'number' },
          max: { type: 'number' },
        },
      },
    },
    window: {
      type: 'object',
      description: 'The days that it has learned from.',
      required: ['from', 'to'],
      properties: { from: text, to: text },
    },
  },
} as const;

export const models = {
  type: 'object',
  description: 'The models that the token may ask.',
  required: ['models'],
  properties: { models: { type: 'array', items: model } },
} as const;

export const failure = {
  type: 'object',
  description: 'What is wrong, where, and what to do.',
  required: ['code', 'message'],
  properties: {
    code: text,
    message: text,
    todo: text,
    problems: {
      type: 'array',
      items: {
        type: 'object',
        required: ['problem'],
        properties: { row: whole, field: text, problem: text },
      },
    },
  },
} as const;
