import { canonicalJson } from '../../canonicalJson.ts';
import { FACT_NAMES } from '../facts/index.ts';
import { Question } from './Question.ts';
import { resolvePath } from './resolvePath.ts';

/** What is asked: a fact with its parameters, and the part of its value that is wanted. */
export type Asks = {
  readonly fact: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly path?: string | undefined;
};

const KNOWN: ReadonlySet<string> = new Set(FACT_NAMES);

/** The questions of rules that are compiled together, each once. */
export class Questions {
  readonly #byText = new Map<string, Question>();

  /** The one question that asks this. A fact that does not exist has a question too, which throws when it is asked. */
  of({ fact, params = {}, path = '' }: Asks): Question {
    const text = `${fact} ${canonicalJson(params)} ${path}`;
    let question = this.#byText.get(text);
    if (!question) {
      question = path === '' ? wholeFact(fact, params) : this.#part({ fact, params }, path);
      this.#byText.set(text, question);
    }
    return question;
  }

  #part(asks: Asks, path: string): Question {
    const whole = this.of(asks);
    const resolve = resolvePath(path);
    return new Question((asked) => resolve(whole.answer(asked)));
  }
}

function wholeFact(fact: string, params: Readonly<Record<string, unknown>>): Question {
  if (KNOWN.has(fact)) return new Question(({ facts }) => facts(fact, params));
  return new Question(() => {
    throw new Error(`Undefined fact: ${fact}`);
  });
}
