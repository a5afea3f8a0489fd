// Writes .env.example and the tables of docs/configuration.md from src/config/variables.ts. Run after a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { envExample, withTables } from '../dist/config/document.js';

const page = 'docs/configuration.md';
writeFileSync('.env.example', envExample());
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
