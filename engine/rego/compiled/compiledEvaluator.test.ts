import { policyEvaluatorCases } from '../PolicyEvaluator.cases.ts';
import { compiledEvaluator } from './compiledEvaluator.ts';

policyEvaluatorCases('compiled', compiledEvaluator);
