import globals from 'globals';
import jsdoc from 'eslint-plugin-jsdoc';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/** Rules that conflict with prettier. */
const vueLayoutRules = Object.fromEntries(
  Object.entries(vue.rules)
    .filter(([, rule]) => rule.meta.type === 'layout')
    .map(([name]) => [`vue/${name}`, 'off']),
);

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Use a named export: the same name everywhere can be searched for.',
};

const noReexport = {
  selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
  message: 'Import from the file that defines the name: no barrel files.',
};

const fileExtension = {
  // \u002F is a slash, which esquery's regular expressions cannot contain.
  selector:
    'ImportDeclaration[source.value=/^\\.{1,2}\\u002F/]:not([source.value=/\\.(ts|vue|css|json|svg|png)(\\?\\w+)?$/])',
  message: 'Import the file with its extension.',
};

const noBuffer = {
  name: 'Buffer',
  message: "Bytes are Uint8Array; Node's Buffer stays inside the wrappers of base/.",
};

/** Time and randomness come from the injected Clock and Random, so that tests run in virtual time. */
const injectedGlobals = [
  { name: 'setTimeout', message: 'Take a Clock and use clock.after.' },
  { name: 'setInterval', message: 'Take a Clock and use clock.after.' },
  { name: 'setImmediate', message: 'Take a Clock and use clock.after.' },
];
const injectedProperties = [
  { object: 'Date', property: 'now', message: 'Take a Clock and use clock.now.' },
  { object: 'performance', property: 'now', message: 'Take a Clock and use clock.monotonic.' },
  { object: 'Math', property: 'random', message: 'Take a Random.' },
];

const typed = (project, extra = {}) => ({
  parserOptions: { project, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.vue'], ...extra },
});

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'out/',
      'dist/',
      'coverage/',
      'test-results/',
      'test/vectors/',
      '.dependency-cruiser.cjs',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.ts', '**/*.vue'],
    extends: [tseslint.configs.strictTypeChecked],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // An async method without await implements a promise interface and turns a throw into a rejection.
      '@typescript-eslint/require-await': 'off',
      // Functions over the typed request map have type parameters that appear once.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', noDefaultExport, noReexport, fileExtension],
    },
  },

  {
    files: ['src-main/**/*.ts', 'shared/**/*.ts', 'build/*.ts', '*.ts'],
    languageOptions: typed(['tsconfig.node.json']),
  },
  { files: ['build/wasm/*.ts'], languageOptions: typed(['build/wasm/tsconfig.json']) },
  { files: ['test/**/*.ts'], languageOptions: typed(['tsconfig.test.json']) },
  { files: ['src-renderer/**/*.ts'], languageOptions: typed(['tsconfig.web.json']) },

  {
    // AssemblyScript: its compiler adds the extension, and keccak-f reads best in one piece.
    files: ['build/wasm/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport, noReexport],
      'max-lines-per-function': 'off',
    },
  },

  {
    files: ['*.config.ts', '**/*.d.ts'],
    rules: {
      'no-restricted-syntax': ['error', noReexport],
      '@typescript-eslint/consistent-type-imports': 'off',
      'max-lines-per-function': 'off',
    },
  },

  {
    files: ['src-main/**/*.ts', 'shared/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          enableFixer: false,
          publicOnly: { esm: true, cjs: false, window: false },
          require: { FunctionDeclaration: true, ClassDeclaration: true },
          contexts: [
            'ExportNamedDeclaration > TSInterfaceDeclaration',
            'ExportNamedDeclaration > TSTypeAliasDeclaration',
            'ExportNamedDeclaration > VariableDeclaration',
          ],
        },
      ],
      'no-restricted-globals': ['error', noBuffer],
      'no-restricted-imports': ['error', { paths: [{ name: 'node:buffer', message: noBuffer.message }] }],
    },
  },
  {
    // The rooms of the node: time and randomness are injected through constructors.
    files: ['src-main/*/**/*.ts'],
    ignores: ['src-main/desktop/**', 'src-main/base/system-runtime.ts'],
    rules: {
      'no-restricted-globals': ['error', noBuffer, ...injectedGlobals],
      'no-restricted-properties': ['error', ...injectedProperties],
    },
  },
  {
    // Wrappers of Node's sockets, crypto and files, whose APIs use Buffer and timers.
    files: [
      'src-main/base/{bytes,tcp,udp}.ts',
      'src-main/base/*-backends.ts',
      'src-main/base/symmetric.ts',
      'src-main/store/**',
    ],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    // Codecs are pure functions between bytes and messages.
    files: ['src-main/**/{packet,messages,frame-codec,enr,handshake}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'node:buffer', message: noBuffer.message }],
          patterns: [
            {
              group: ['**/base/runtime.ts'],
              importNames: ['Clock', 'Timer', 'Logger', 'LogFields', 'Startable'],
              message: 'A codec uses no clock and no log.',
            },
          ],
        },
      ],
    },
  },

  {
    files: ['src-renderer/**/*.vue'],
    extends: [vue.configs['flat/recommended']],
    languageOptions: {
      ...typed(['tsconfig.web.json'], { parser: tseslint.parser }),
      globals: globals.browser,
    },
    rules: {
      ...vueLayoutRules,
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/define-emits-declaration': ['error', 'type-based'],
      // Optional props are undefined by type; a default of undefined would be redundant.
      'vue/require-default-prop': 'off',
      'no-restricted-syntax': ['error', noReexport, fileExtension],
      'no-undef': 'off',
    },
  },
  {
    files: ['src-renderer/**/*.{ts,vue}'],
    ignores: ['src-renderer/api.ts', 'src-renderer/*.d.ts'],
    rules: {
      // Results of composables and stores are meant to be destructured.
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'window', property: 'enodeck', message: 'Only api.ts touches the bridge.' },
      ],
    },
  },

  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // The rule does not terminate for recursive types, such as decoded RLP.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
    },
  },

  {
    // Tables of messages and of test data may be long: they have one subject.
    files: ['src-renderer/messages/**', 'test/support/**/fixture-data.ts'],
    rules: { 'max-lines': 'off' },
  },

  {
    files: ['build/**/*.mjs', 'test/**/*.mjs', '*.js'],
    languageOptions: { globals: globals.node, ecmaVersion: 'latest', sourceType: 'module' },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
);
