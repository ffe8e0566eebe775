/**
 * The generated catalogue as it lies on disk: every distinct node of what devices expose once, referred to by number.
 * Names are short because there are thousands of nodes; `expandExposes` gives them their long names.
 */
export type CatalogueFile = {
  /** Definitions in the package; `models` holds the white labels that report under a model of their own as well. */
  readonly definitions: number;
  readonly nodes: readonly CatalogueNode[];
  /** Distinct lists of top nodes. */
  readonly shapes: readonly (readonly number[])[];
  /** Model, vendor, description, and the number of its shape. */
  readonly models: readonly (readonly [model: string, vendor: string, description: string, shape: number])[];
};

export type CatalogueNode = CatalogueGeneric | CatalogueLeaf;

/** A generic expose: a light, switch, lock and so on, whose leaves belong together. */
type CatalogueGeneric = {
  /** What it is: `light`, `lock`, ... */
  readonly g: string;
  /** Endpoint. */
  readonly e?: string;
  /** Its leaves. */
  readonly f: readonly number[];
};

export type CatalogueLeaf = {
  readonly t: 'numeric' | 'binary' | 'enum' | 'text' | 'composite' | 'list';
  /** Name, without the endpoint. */
  readonly n: string;
  /** Key in the message, where it differs from the name. */
  readonly p?: string;
  /** Access bits: 1 published, 2 settable, 4 gettable. */
  readonly a: number;
  readonly u?: string;
  readonly lo?: number;
  readonly hi?: number;
  readonly v?: readonly (string | number)[];
  readonly on?: string | number | boolean;
  readonly off?: string | number | boolean;
  /** Category: diagnostic or config. */
  readonly c?: 'd' | 'c';
  /** Parts of a composite. */
  readonly f?: readonly number[];
  /** What a list holds. */
  readonly i?: number;
};
