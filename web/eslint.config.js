import js from '@eslint/js'
import globals from 'globals'
import a11y from 'eslint-plugin-jsx-a11y'
import hooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'

// app → features → shared, one way. A feature is entered by its index only, from app; inside it imports are relative.
const feature = {
  group: ['@/features/*/*'],
  message: 'A feature is entered by its index.',
}
const noApp = { group: ['@/app', '@/app/*'], message: 'Nothing below app imports from it.' }
const noFeatures = {
  group: ['@/features/*'],
  message: 'Features do not import each other, and shared imports no feature.',
}
const climbing = { group: ['../../*'], message: 'Use the @/ path.' }
const restrict = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/shared/api/schema.d.ts'] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'test/fake/*.mjs', 'public/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    plugins: { 'react-hooks': hooks, 'jsx-a11y': a11y },
    rules: { ...hooks.configs.recommended.rules, ...a11y.flatConfigs.strict.rules },
  },
  {
    files: ['test/**', '**/*.test.*'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  { files: ['src/shared/**'], rules: restrict(noApp, noFeatures, climbing) },
  { files: ['src/features/**'], rules: restrict(noApp, noFeatures, climbing) },
  { files: ['src/app/**', 'src/main.tsx'], rules: restrict(feature, climbing) },
  {
    files: ['**/*.{js,mjs}'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
)
