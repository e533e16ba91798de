import { OracleType } from '../ttc/constants';
import { inputBinds, isQuery, parseStatement } from './statement';
import { tokenize } from './tokens';

const bind = (type: number) => ({ type, maxSize: 22, form: 1 });
const render = (sql: string, ...types: number[]) => parseStatement(sql).render(types.map(bind));

describe('tokenize', () => {
  it('loses nothing', () => {
    const sql = `SELECT /* :no */ q'[it's]', 'a''b', "X", :b1 -- :c\nFROM t WHERE x=:"q b" AND y<>:2`;
    expect(
      tokenize(sql)
        .map(token => token.text)
        .join(''),
    ).toBe(sql);
    expect(
      tokenize(sql)
        .filter(token => token.kind === 'bind')
        .map(token => token.text),
    ).toEqual([...[':b1', ':"q b"', ':2']]);
  });

  it('takes no bind from JSON syntax, strings that never end, or comments', () => {
    expect(inputBinds(`SELECT JSON_OBJECT('a':1) FROM dual`)).toBe(0);
    expect(inputBinds(`SELECT 'it :x`)).toBe(1);
    expect(inputBinds('SELECT 1 /* :x')).toBe(0);
  });
});

describe('parseStatement', () => {
  it.each([
    ['SELECT 1 FROM dual', 'SELECT 1'],
    ['SELECT sysdate FROM DUAL WHERE 1=1', 'SELECT statement_timestamp()::timestamp(0) WHERE 1=1'],
    [`SELECT nvl(a, q'{x'y}') FROM t`, `SELECT COALESCE(a, 'x''y') FROM t`],
    ['SELECT "EMP_ID", "MixedCase" FROM "HR"."T"', 'SELECT "emp_id", "MixedCase" FROM "hr"."t"'],
    ['SELECT * FROM t WHERE a=1 AND ROWNUM <= 10', 'SELECT * FROM t WHERE a=1 AND TRUE LIMIT (10)'],
    ['SELECT * FROM t WHERE rownum < 5', 'SELECT * FROM t WHERE TRUE LIMIT (5 - 1)'],
    [
      `CREATE TABLE t (a NUMBER(3), b VARCHAR2(9), c DATE DEFAULT DATE '2020-01-01')`,
      `CREATE TABLE t (a numeric(3), b varchar(9), c timestamp(0) DEFAULT DATE '2020-01-01')`,
    ],
    [`SELECT DATE '2020-01-01' FROM dual`, `SELECT DATE '2020-01-01'`],
  ])('%s', (sql, expected) => {
    expect(render(sql).replace(/\s+/g, ' ').trim()).toBe(expected);
  });

  it('casts bind variables by their type, but leaves strings to their surroundings', () => {
    const { number, varchar, timestampLtz, date } = OracleType;
    expect(render('SELECT :a FROM t WHERE b = :b', number, varchar)).toBe(
      'SELECT ($1::numeric) FROM t WHERE b = $2',
    );
    expect(render('SELECT * FROM t WHERE d > :d AND e < :e', timestampLtz, date)).toBe(
      'SELECT * FROM t WHERE d > ($1::timestamptz) AND e < ($2::timestamp)',
    );
    expect(render('SELECT 1 FROM t WHERE :a IS NULL', varchar)).toBe(
      'SELECT 1 FROM t WHERE ($1::text) IS NULL',
    );
  });

  it('knows the kinds of statements', () => {
    expect(isQuery('/* c */ WITH a AS (SELECT 1 FROM dual) SELECT * FROM a')).toBe(true);
    expect(isQuery('(SELECT 1 FROM dual)')).toBe(true);
    expect(parseStatement('MERGE INTO t USING s ON (t.a=s.a)').kind).toBe('dml');
    expect(parseStatement('ALTER SESSION SET NLS_LANGUAGE = german').kind).toBe('session');
    expect(parseStatement('ALTER TABLE t ADD b NUMBER').kind).toBe('ddl');
    expect(parseStatement('SELECT * FROM t FOR  UPDATE').locks).toBe(true);
    expect(inputBinds('INSERT INTO t VALUES (:a, :b) RETURNING id INTO :c')).toBe(2);
  });

  it.each([
    ['BEGIN x; END;', 'ORA-03001'],
    ['SELECT ROWNUM, a FROM t', 'ORA-03001'],
    ['UPDATE t SET a = 1 RETURNING a INTO :x', 'ORA-03001'],
    ['SELECT 1 FROM dual;', 'ORA-00933'],
    ['', 'ORA-00900'],
    ['hello', 'ORA-00900'],
  ])('refuses %s with %s', (sql, message) => {
    expect(() => parseStatement(sql)).toThrow(message);
  });
});
