import { policyEvaluatorCases } from '../PolicyEvaluator.cases.ts';
import { opaWasmEvaluator } from './opaWasmEvaluator.ts';

policyEvaluatorCases('opaWasm', opaWasmEvaluator);
