"""No canary gets through, in whatever shape a secret is written; what is no secret stays."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.text.hiding import Hidden
from celerylint.text.masking import MASK, Known, mask, masked_slice, secrets
from celerylint.text.secret_names import looks_secret

CANARY = "hUnter2"

SHAPES = (
    # passwords in URLs
    "BROKER_URL = 'amqp://u:{}@h//'",
    "BROKER_URL = 'redis://:{}@h:6379/0'",
    "BROKER_URL = 'amqp://u:p%40{}@h//'",
    "BROKER_URL = 'amqp://u:p@{}/w#?@h//'",
    "BROKER_URL = 'amqp://u:p\"{}@h//'",
    "BROKER_URL = 'amqp://u:p {}@h//'",
    "BROKER_URL = 'amqp://u:p{{{}@h//'",
    "BROKER_URL = 'amqp://u:p:{}@h//'",
    "BROKER_URL = f'amqp://{{user}}:{}@{{host}}//'",
    'BROKER_URL = f\'amqp://{{user}}:{{os.environ.get("PW", "{}")}}@{{host}}//\'',
    "# BROKER_URL = 'amqp://u:{}@h//'",
    "# see amqp://u:{}@h",
    "x = 'amqp://u:{}@h1;amqp://u:b@h2'",
    "x = 'amqp://u:a@h1;amqp://u:{}@h2'",
    "x = 'sqs://KEY:{}@'",
    "x = 'sqs://{}:abc/def+@'",
    "x = 'see https://{}@example.org/a'",
    "x = 'amqp://%(u)s:{}@h' % d",
    '"""\namqp://u:{}@h\n"""',
    "HOST = 'u:{}@h:5672/v'",
    # queries and connection strings
    "x = 'redis://h?password={}&db=1'",
    "x = 'https://h/x?sv=1&sig={}'",
    "x = 'https://h/x?key={}'",
    "x = 'Endpoint=sb://h/;SharedAccessKeyName=k;SharedAccessKey={}='",
    "x = 'host=h password={}'",
    # URLs in pieces
    "x = 'amqp://u:' + '{}w@h'",
    "x = 'amqp://u:{}' + 'w@h'",
    "x = 'amqp://' + 'u:{}@h'",
    "x = ('amqp://' 'u' ':'\n     '{}' '@h')",
    "x = 'amqp://%s:%s@%s' % ('u', '{}', 'h')",
    'x = "amqp://{{}}:{{}}@h".format("u", "{}")',
    'x = "amqp://{{user}}:{{pw}}@h".format(user="u", pw="{}")',
    "x = ''.join(['amqp://', 'u', ':', '{}', '@h'])",
    "f(x='amqp://%s:%s@h' % ('u', '{}'))",
    # names
    "PASSWORD = '{}'",
    "PASSWORD: str = '{}'",
    "app.conf.password = '{}'",
    "conf['PASSWORD'] = '{}'",
    "PASSWORD = 'a' '{}'",
    "PASSWORD = ('a'\n  '{}'\n)",
    "PASSWORD = '''a\n{}\n'''",
    "PASSWORD = 'a' \\\n '{}'",
    "PASSWORD = x or '{}'",
    "PASSWORD = f'{{a}}{}'",
    "PASSWORD = rb'{}'",
    "A, PASSWORD = 'a', '{}'",
    "OTHER = PASSWORD = '{}'",
    "PASSWORD += '{}'",
    "apiKey = '{}'",
    "passphrase = '{}'",
    "db_pw = '{}'",
    "x = {{'password': '{}', 'host': 'h'}}",
    "x = {{b'password': b'{}'}}",
    "x = {{'AWS_SECRET_ACCESS_KEY':\n  '{}'}}",
    "DB = {{'default': {{'PASSWORD': '{}'}}}}",
    "f(password='{}', host='h')",
    "f(password=\n  # so it is\n '{}')",
    "x = dict(api_key='{}')",
    "lambda token='{}': 0",
    "if token == '{}': pass",
    "class A:\n  def f(self): x = {{'token': ('a', '{}')}}",
    # pairs and defaults
    "setattr(conf, 'SECRET_KEY', '{}')",
    "x = [('password', '{}')]",
    "x = ('password', 1, '{}')",
    "PASSWORD = os.environ.get('PASSWORD', '{}')",
    "env('TOKEN', default='{}')",
    # comments and strings within strings
    "# PASSWORD = '{}'",
    "# password: {}",
    'x = \'{{"password": "{}"}}\'',
    "#: token={}",
    # broken files
    "PASSWORD = 'unterminated {}",
    "PASSWORD = '''unterminated\n {}",
    'PASSWORD = "unterminated {}\\',
    "(\nclass X:\n  PASSWORD='{}'",
    ")]}}\nPASSWORD = '{}'",
    "A = 1; PASSWORD = '{}'",
    "BROKER_PASSWORD '{}'",
    "BROKER_PASSWORD = {} and_more",
    # escapes, and pieces that stand apart
    r"BROKER_URL = 'redis://:{}\x40h'",
    r"BROKER_URL = 'redis://' ':{}' '\x40h'",
    "BROKER_URL = 'redis:' + '//:{}@h'",
    "BROKER_URL = 'redis:/' '/:{}@h'",
    "A = 'redis://:{}'\nC = '@h'\nBROKER_URL = A + C",
    "A = 'redis://'\nB = ':{}'\nBROKER_URL = A + B + '@h'",
    "T = '{{}}://{{}}:{{}}@{{}}'\nx = T.format('redis', 'u', '{}', 'h')",
    "T = '%s://%s:%s@%s'\nx = T % ('redis', 'u', '{}', 'h')",
    # calls, numbers and what stands beside a name
    "BROKER_PASSWORD = str('{}')",
    "dict(zip(['password'], ['{}']))",
    "dict(zip(['user', 'password'], ['u', '{}']))",
    "if '{}' == password: pass",
    "if password in ('{}',): pass",
    "for token in '{}': pass",
    "# redis:{}@h",
    "# guest:{}@h",
    '# BROKER_URL = "redis://:" + "{}" + "@h"',
    "# password is {}",
    # other names, other shapes
    "\uff30\uff21\uff33\uff33\uff37\uff2f\uff32\uff24 = '{}'",
    "x = {{'Authorization': 'Bearer {}'}}",
    "x = 'Authorization: Bearer {}'",
    "basic_auth = ('user', '{}')",
    "x = '''-----BEGIN RSA KEY-----\n{}\n-----END RSA KEY-----'''",
    "x = '''-----BEGIN RSA KEY-----\n{}\n'''",
    # URLs that are none by a slip
    "BROKER_URL = 'redis:/:{}@h/0'",
    "BROKER_URL = 'redis//:{}@h/0'",
    "BROKER_URL = 'redis:/u:{}@h'",
    "BROKER_URL = ':{}@h'",
    "BROKER_URL = 'u:/{}@{{}}:{{}}'.format(h, p)",
    "BROKER_URL = 'redis:/:{}@h1;redis://h2'",
    "BROKER_URL = 'redis:/:{0}@h1, redis:/:{0}@h2'",
    'BROKER_URL = "redis:/:p\'{}@h"',
    "BROKER_URL = redis:/:{}@h/0",
    "BROKER_URL=redis:/:{}@h/0",
    # names that are not spelt so, and pairs
    "BROKER_PASWORD = '{}'",
    "broker_passwrd = '{}'",
    "x = {{'pasword': '{}'}}",
    "x = {{'brokerPasword': '{}'}}",
    "SECERT_KEY = '{}'",
    "CREDETNIALS = '{}'",
    "paswd = '{}'",
    "broker_login = ('guest', '{}')",
    "broker_login = 'u', '{}'",
    "x = {{'auth': ('u', '{}')}}",
    "f(auth=['u', '{}'])",
    "x = {{'auth': '{}'}}",
    # names that stand behind or beside
    "x = Login('{}', kind='password')",
    "x = Login('u', '{}', type='password',)",
    "x = {{'value': '{}', 'name': 'password'}}",
    "x = EnvVar(name='PASSWORD', value='{}')",
    "x = [('broker.password', '{}')]",
    # what becomes the password of a URL elsewhere
    "P = '{}'\nBROKER_URL = 'amqp://u:' + P + '@h'",
    "P = '{}'\nBROKER_URL = 'amqp://' + user + ':' + P + '@' + host",
    "P = '{}'\nBROKER_URL = f'amqp://u:{{P}}@h'",
    "U, P = 'u', '{}'\nBROKER_URL = 'amqp://%s:%s@h' % (U, P)",
    "P = '{}'\nBROKER_URL = 'amqp://{{}}:{{}}@{{}}'.format(user, P, host)",
    "P = '{}'\nBROKER_URL = 'amqp://u:{{P}}@h'.format(P=P)",
    # arguments of a function
    "def url(user, password): pass\nX = url('u', '{}')",
    "class A:\n  def url(self, user, token): pass\nX = A().url('u', '{}')",
    "BROKER_URL = url('shop', '{}', 'mq.local', 5672)",
    "app.conf.result_backend = urls.make('shop', '{}')",
    # tokens of services, credentials in base64
    "X = 'ghp_{}abcdefghij0123456789'",
    "X = 'xoxb-{}-123456789'",
    "X = f('glpat-{}abcdefghijklmnop')",
    "# was xoxp-{}-0123",
    # entries of a schedule and what tasks are called
    "beat_schedule = {{'purge-tokens': {{'task': 'a', 'kwargs': {{'password': '{}'}}}}}}",
    "task_routes = {{'a.reset_password': {{'queue': 'q', 'headers': {{'token': '{}'}}}}}}",
    "app.conf.beat_schedule['renew'] = {{'task': 'a', 'options': {{'headers': {{'auth': '{}'}}}}}}",
    "CREDENTIALS = {{'user': 'u', 'key': '{}'}}",
    "API_TOKENS = {{'{}': 'shop'}}",
    # the same again
    "PASSWORD = '{0}'\nX = 'a{0}'",
    "PASSWORD = '{0}'\n# {0} again",
)


def shown(text: str) -> str:
    """Return a whole file as it may be shown."""
    return masked_slice(text, secrets(text), 0, len(text))


@pytest.mark.parametrize("shape", SHAPES)
def test_secret_is_hidden(shape: str) -> None:
    text = shown(shape.format(CANARY))

    assert CANARY not in text
    assert MASK in text


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_secret_is_hidden_whatever_the_line_ends(shape: str, newline: str) -> None:
    text = shape.format(CANARY).replace("\n", newline)

    assert CANARY not in shown(f"A = 1{newline}{text}{newline}B = 2{newline}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "broker_url = 'redis://localhost:6379/0'",
        "broker_url = 'amqp://guest:guest@localhost//'",
        "broker_password = 'guest'",
        "broker_url = f'amqp://{user}:{password}@{host}'",
        "broker_url = 'amqp://%s:%s@%s' % (user, password, host)",
        "broker_url = 'amqp://user@host'",
        "PASSWORD = os.environ['DB_PASSWORD']",
        "PASSWORD = secrets()['DB_PASSWORD']",
        "PASSWORD = env.str('DB_PASSWORD')",
        "x = 'redis://%s:6379/0' % os.environ.get('H', 'localhost')",
        "task_routes = {'a.b': {'queue': 'c'}}",
        "security_key = '/etc/ssl/key.pem'",
        "# see http://example.org/a#b",
        "f(a='redis://%s/0' % h,\n  b='x@y')",
        "x: Token\ny = 'z'",
        "def f(x): return 'a'",
        "['a', 'b']['c']",
        "('a')",
        "x = ''",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD = '{}'",
        "PASSWORD = {}",
        "x = {{'password': {}}}",
        "PASSWORD = int({})",
        "PASSWORD = {} + 1",
        "PASSWORD = 5 {}",
    ],
)
def test_number_is_hidden(text: str) -> None:
    assert "1234567890" not in shown(text.format(1234567890))


def test_number_is_hidden_again() -> None:
    assert shown("PASSWORD = 98765432\nX = 98765432\nY = [987654320, 98]") == (
        "PASSWORD = ***\nX = ***\nY = [***0, 98]"
    )


def test_number_that_is_any_number_is_hidden_where_it_is_a_password_alone() -> None:
    assert shown("PIN_PASSWORD = 86400\nX = 86400") == "PIN_PASSWORD = ***\nX = 86400"


@pytest.mark.parametrize(
    "text",
    [
        "broker_url = 'redis://h:6379/0'",
        "broker_url = 'redis://h:%d/0' % port",
        "broker_url = 'redis://{}:{}'.format(host, port)",
        "broker_url = f'redis://{host}:{port}'",
        "broker_url = 'redis://:6379'",
        "broker_url = 'redis://[::1]:6379/0'",
        "broker_url = 'redis://h:' + port",
        "broker_url = 'redis://h'; port = ':6379'",
        "broker_url = 'sentinel://h:26379;sentinel://h2:26379'",
        "X = '{} of {}'.format('a', 'b')",
        "# the token of mine",
        "x = app.signature('shop.tasks.add')",
        "x = {'BROKER_URL': password}",
        "x['BROKER_URL'] = password",
        "app.conf.update({'BROKER_PASSWORD': password, 'BROKER_URL': url})",
        "PASSWORD = x if y else None",
        "PASSWORD = f(a, x[0])",
        "PASSWORD = a.str",
        "-----END KEY-----",
        "# it is there, see x:y",
        "broker_url = 'redis:/guest:guest@h'",
        "broker_url = f'redis:/{user}:{pw}@h'",
        "x = 'git@github.com:a/b'",
        "imports = ('app.tokens.tasks', 'tasks')",
        "x = ['nomail.pw', 'b.org']",
        "PASSWORD = 'False'\nX = 'False'",
        "time_taken = passed = 'a'",
        "login = 'user'",
        "LOGIN_URL = '/login'",
        "task_routes = {'auth': {'queue': 'a'}, 'login': 'b'}",
        "if auth == 'public': pass",
        "path('login', view, name='password-reset')",
        "@app.task(name='renew_tokens', queue=low)",
        "@app.task(name='renew_tokens', queue='slow')",
        "beat_schedule = {'purge-tokens': {'task': 'a.b', 'schedule': crontab(hour=3)}}",
        "CELERYBEAT_SCHEDULE = {'drop-tokens': {'task': 'a.b', 'schedule': 30, 'args': ('x',)}}",
        "app.conf.beat_schedule['renew-token'] = {'task': 'a.b', 'schedule': 30.0}",
        "ENTRIES = {'rotate-secret': {'task': 'a.b', 'options': {'queue': 'c', 'expires': 60}}}",
        "task_routes = {'a.reset_password': {'queue': 'b'}, 'c.d': {'queue': 'b'}}",
        "task_routes = {'reset_password': 'b', 'send_token': 'c'}",
        "task_routes = [('reset_password', {'queue': 'b'}), ('send_token', 'c')]",
        "X = {'accounts.tasks.reset_password': 'b', 'shop.send_token': 'c', '*.tokens': 'd'}",
        "task_annotations = {'shop.reset_token': {'rate_limit': '10/m', 'priority': 3}}",
        "app.conf.update(task_routes={'send_token': {'queue': 'b'}}, task_default_queue='c')",
        "app.add_periodic_task(30.0, renew.s('x'), name='renew tokens', queue='b')",
        "queues = Queue('reset_password', Exchange('a'), routing_key='b')",
        "imports = ['accounts.tokens', 'shop.tasks']",
        "AUTH_PASSWORD_VALIDATORS = [{'NAME': 'django.contrib.auth.Validator'}]",
        "PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']",
        "TOKEN_EXPIRES = 86400\nX = 86400",
        "PASSWORD_RESET_TIMEOUT = 3600",
        "BROKER_URL = make('redis', 'localhost', 6379)",
        "BROKER_URL = make('mq.internal', '/vhost')",
        "BROKER_URL = env('BROKER_URL', 'redis://localhost/0')",
        "x = 'dGhpcyBpcyBub3Qgc28='",
        "x = 'abcdefghijklmnop'",
    ],
)
def test_what_only_resembles_a_secret_is_shown(text: str) -> None:
    assert shown(text) == text


def test_identifier_that_reads_like_a_secret_is_shown() -> None:
    assert shown("PASSWORD = 'task'\n@app.task\n") == "PASSWORD = '***'\n@app.task\n"


def test_well_known_password_is_shown_wherever_it_stands() -> None:
    assert shown("PASSWORD = 'guest'\nX = 'guest'\n") == "PASSWORD = 'guest'\nX = 'guest'\n"


def test_word_of_a_password_is_shown_as_part_of_a_name() -> None:
    assert shown("PASSWORD = 'bazaar'\nX = 'bazaar.tasks', 'bazaar'\n") == (
        "PASSWORD = '***'\nX = 'bazaar.tasks', '***'\n"
    )


def test_dotted_name_is_hidden_where_it_is_a_password_alone() -> None:
    assert shown("PASSWORD = 'a.b.C'\nX = 'a.b.C'\n") == "PASSWORD = '***'\nX = 'a.b.C'\n"


def test_credentials_in_base64_are_hidden() -> None:
    assert shown("x = {'h': 'Basic dXNlcjpodW50ZXIy'}") == "x = {'h': 'Basic ***'}"
    assert shown("x = 'YW1xcDovL3U6cHdAaC8v'") == "x = '***'"


def test_known_secret_is_not_hidden_in_our_own_words() -> None:
    told = Known(("keeps", "h3llo-w"))

    assert mask("Celery keeps h3llo-w for 'keeps'", told) == "Celery keeps *** for '***'"


def test_common_word_is_hidden_where_it_is_a_password_alone() -> None:
    text = "SECRET_KEY = get('SECRET_KEY', 'dev')\nconfigs = {'dev': Dev}  # dev\n"

    assert shown(text) == text.replace("'SECRET_KEY', 'dev'", "'SECRET_KEY', '***'")


def test_longest_of_two_known_secrets_is_hidden() -> None:
    text = "A = 'hunter22'"

    assert masked_slice(text, secrets(text, Known(("hunter", "hunter22"))), 0, 14) == "A = '***'"


def test_known_secret_is_hidden_in_a_message_as_a_word() -> None:
    told = Known(("redis", "ab"))

    assert mask("`redis` ab redis_x xredis", told) == "`***` ab redis_x xredis"


def test_words_of_a_comment_are_shown_beside_the_string() -> None:
    assert shown("# give it a token such as 'x'") == "# give it a token such as '***'"


def test_only_the_password_of_a_url_is_hidden() -> None:
    assert shown("x = 'amqp://shop:pw@mq:5672//'") == "x = 'amqp://shop:***@mq:5672//'"


def test_the_scheme_of_a_url_in_pieces_is_shown() -> None:
    assert shown("x = 'amqp://u:' + 'pw@h'") == "x = 'amqp://***' + '***'"


def test_what_stands_beside_a_url_in_pieces_is_shown() -> None:
    text = shown("f(broker_url='amqp://' + 'u:pw@h', include=['shop.tasks'])")

    assert "['shop.tasks']" in text


def test_multi_line_secret_is_hidden_on_each_of_its_lines() -> None:
    text = "PASSWORD = '''one\ntwo\n'''\n"
    start = text.index("two")

    assert masked_slice(text, secrets(text), start, start + 3) == MASK


def test_slice_shows_what_is_around_a_secret() -> None:
    assert masked_slice("0123456789", (Hidden(2, 4), Hidden(6, 8)), 1, 9) == "1***45***8"


def test_secrets_elsewhere_leave_a_slice_alone() -> None:
    assert masked_slice("0123456789", (Hidden(0, 2), Hidden(8, 9)), 3, 6) == "345"


def test_slice_that_begins_within_a_secret_begins_with_the_mark() -> None:
    assert masked_slice("0123456789", (Hidden(0, 4),), 2, 6) == "***45"


def test_spans_are_sorted_and_apart() -> None:
    spans = secrets("PASSWORD = 'amqp://u:pw@h' + 'token=x'\nA = 'redis://:y@h'")

    assert all(one.end < other.start for one, other in pairwise(spans))
    assert len(spans) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Celery cannot use amqp://u:pw@h", "Celery cannot use amqp://u:***@h"),
        ("`password='x y'` is ignored", "`password='***'` is ignored"),
        ("`security_key_password`: Celery reads it", "`security_key_password`: Celery reads it"),
        ("Rename 3 settings", "Rename 3 settings"),
    ],
)
def test_message_is_masked(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "db-passwd", "PWD", "apiKey", "api_key", "SECRET", "sig", "my_creds"]
)
def test_name_looks_secret(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("broker_url", "security_key", "bypass_queue", "sacred", "design", "PASSWORD_HASHERS"),
        *("AUTH_PASSWORD_VALIDATORS", "TOKEN_TTL", "password_reset_form", "SECRET_KEY_FILE"),
    ],
)
def test_name_looks_harmless(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize("name", ["INSTALLED_APPS", "THIRD_PARTY_APPS"])
@pytest.mark.parametrize("start", [" = [", " += (", ": list[str] = [*BASE, ", " = tuple(["])
def test_module_among_apps_is_no_name_of_a_secret(name: str, start: str) -> None:
    text = f"{name}{start}'rest_framework.authtoken', 'djcelery')"

    assert shown(text) == text


def test_dotted_name_elsewhere_hides_what_follows() -> None:
    assert CANARY not in shown(f"PAIR = ['db.password', '{CANARY}']")
    assert CANARY not in shown(f"f(['db.password', '{CANARY}'])")
    assert CANARY not in shown(f"APPS = {{'password': '{CANARY}'}}")


@pytest.mark.parametrize(
    "text",
    [
        "worker: celery worker -b amqp://u:{}@h\n",
        "worker: celery -A shop flower --basic-auth=u:{}\n",
        "worker: celery -A shop flower --auth-token {}\n",
        'CMD ["celery", "--password", "{}"]\n',
        "REDIS_PASSWORD={}\nworker: celery -b {}\n",
        "password: {} # {}\n",
    ],
)
def test_secret_is_hidden_in_files_that_are_no_python(text: str) -> None:
    whole = text.replace("{}", CANARY)

    assert CANARY not in masked_slice(whole, secrets(whole, python=False), 0, len(whole))


@given(st.text(alphabet="ab'\"#\\\n\r:/@{}()[],=; ftoken%s", max_size=60))
def test_any_text_can_be_masked(text: str) -> None:
    spans = secrets(text)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert list(spans) == sorted(spans)
    assert isinstance(mask(text), str)


@given(st.text(alphabet="ab'\"#\\\n:/@{}()[],=; f", max_size=30))
def test_password_is_hidden_after_any_text(before: str) -> None:
    text = f"{before}\n'''\n\"\"\"\namqp://u:{CANARY}@h "

    assert CANARY not in shown(text)
