import { beforeEach } from 'vitest';
import { limitProperties } from './property-limit.ts';

beforeEach(({ task }) => limitProperties(task.timeout));
