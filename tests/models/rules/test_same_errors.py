"""Pairs of errors that are the same, as Ruby's versions and several languages tell it, and pairs that are not."""

import pytest

from models.rules.fingerprint import fingerprint

PLUGIN = "badge-cabinet"
_AT = "/srv/forum/plugins/badge-cabinet/lib/shelf.rb:14:in `put'"

AGREE = {
    # Receivers: Ruby 2.7 to 3.2, then 3.3, then 3.4 with another quote.
    "nil": (
        "NoMethodError: undefined method `title' for nil:NilClass",
        "NoMethodError: undefined method 'title' for nil",
    ),
    "nil in 3.3": (
        "undefined method `title' for nil:NilClass",
        "undefined method `title' for nil",
    ),
    "true": (
        "undefined method `each' for true:TrueClass",
        "undefined method 'each' for true",
    ),
    "an object": (
        "undefined method `shelve' for #<Topic:0x00007f9a1c0b7f38>",
        "undefined method 'shelve' for an instance of Topic",
    ),
    "an object with its own words": (
        'undefined method `shelve\' for #<User id: 7, name: "Eve">:User',
        "undefined method 'shelve' for an instance of User",
    ),
    "an object within an object": (
        "undefined method `shelve' for #<Guardian:0x0001 @user=#<AnonymousUser:0x0002>>",
        "undefined method 'shelve' for an instance of Guardian",
    ),
    "a struct": (
        "undefined method `size' for #<struct Upload::Part id=3>",
        "undefined method 'size' for an instance of Upload::Part",
    ),
    "a class": (
        "undefined method `recent' for Topic::Query:Class",
        "undefined method 'recent' for class Topic::Query",
    ),
    "a module": (
        "undefined method `cook' for PrettyText:Module",
        "undefined method 'cook' for module PrettyText",
    ),
    "an anonymous class": (
        "undefined method `run' for #<Class:0x000078d1>:Class",
        "undefined method 'run' for class #<Class:0x00009a2b>",
    ),
    "an object of an anonymous class": (
        "undefined method `run' for #<#<Class:0x000078d1>:0x000078d2>",
        "undefined method 'run' for an instance of #<Class:0x00009a2b>",
    ),
    "a text": (
        'undefined method `to_date\' for "2031-02-03":String',
        "undefined method 'to_date' for an instance of String",
    ),
    "a number": (
        "undefined method `title' for 42:Integer",
        "undefined method 'title' for an instance of Integer",
    ),
    "a symbol": (
        "undefined method `call' for :after_save:Symbol",
        "undefined method 'call' for an instance of Symbol",
    ),
    "a hash": (
        "undefined method `id' for {:id=>7, :tags=>[1, 2]}:Hash",
        "undefined method 'id' for an instance of Hash",
    ),
    "a list": (
        "undefined method `pluck_first' for [1, 2]:Array",
        "undefined method 'pluck_first' for an instance of Array",
    ),
    "the plugin's own class": (
        "undefined method `open' for BadgeCabinet::Shelf:Class",
        "undefined method 'open' for class BadgeCabinet::Shelf",
    ),
    "the plugin's own object": (
        "undefined method `open' for #<BadgeCabinet::Shelf:0x00007f9a1c0b7f38 @row=1>",
        "undefined method 'open' for an instance of BadgeCabinet::Shelf",
    ),
    "a private method": (
        "private method `shelve' called for #<Topic:0x00007f9a1c0b7f38>",
        "private method 'shelve' called for an instance of Topic",
    ),
    "a variable or method": (
        "undefined local variable or method `rows' for #<Topic:0x00007f9a1c0b7f38>",
        "undefined local variable or method 'rows' for an instance of Topic",
    ),
    "main": (
        "undefined local variable or method `rows' for main:Object",
        "undefined local variable or method 'rows' for main",
    ),
    "a method of a class by alias": (
        "undefined method `rows' for class `Topic'",
        "undefined method 'rows' for class 'Topic'",
    ),
    "Rake's task": (
        "rake aborted!\nundefined method `rows' for nil\n\nTasks: TOP => db:migrate => environment\n"
        "(See full trace by running task with --trace)",
        "undefined method 'rows' for nil",
    ),
    "another of Rake's tasks": (
        "undefined method `rows' for nil\nTasks: TOP => assets:precompile",
        "undefined method `rows' for nil\nTasks: TOP => db:migrate",
    ),
    "what is thrown and no error": ("Uncaught no such shelf", "no such shelf"),
    "what a promise is refused with": ("Uncaught (in promise) no such shelf", "no such shelf"),
    "frames of Firefox": (
        "TypeError: h is undefined\nput@https://f.example/assets/vendor-1b2c.js:19:773\n"
        "@https://f.example/assets/vendor-1b2c.js:2:1",
        "TypeError: h is undefined",
    ),
    "frames of Safari": (
        "TypeError: h is undefined\nput@https://f.example/assets/vendor-1b2c.js:19:773\n[native code]",
        "TypeError: h is undefined\nforEach@[native code]\n    at e (https://f.example/a.js:1:2)",
    ),
    # How it was caught.
    "a guess": (
        "undefined method `responds_to?' for nil:NilClass\nDid you mean?  respond_to?",
        "undefined method 'responds_to?' for nil",
    ),
    "several guesses": (
        "uninitialized constant Topik\nDid you mean?  Topic\n               TopicUser",
        "uninitialized constant Topik",
    ),
    "a trailing class": (
        "undefined method `title' for nil:NilClass (NoMethodError)",
        "NoMethodError: undefined method `title' for nil:NilClass",
    ),
    "a trailing class behind a guess": (
        "undefined method `titel' for #<Topic:0x01>\nDid you mean?  title (NoMethodError)",
        "undefined method 'titel' for an instance of Topic",
    ),
    "a class that the words imply": (
        "NameError: uninitialized constant Badge::Row",
        "uninitialized constant Badge::Row (NameError)",
    ),
    "a class that they do not": (
        "the shelf is full (BadgeCabinet::Full)",
        "BadgeCabinet::Full: the shelf is full",
    ),
    "where it was raised": (
        "/srv/a/lib/row.rb:3:in `put': undefined method `x' for nil:NilClass (NoMethodError)",
        "/opt/b/lib/row.rb:4:in 'Row#put': undefined method 'x' for nil (NoMethodError)",
    ),
    "what rake says first": (
        "rake aborted!\nNameError: uninitialized constant Badge::Row",
        "NameError: uninitialized constant Badge::Row",
    ),
    "a snippet": (
        "undefined method `x' for nil:NilClass\n\n    row.x.y\n       ^^",
        "undefined method 'x' for nil",
    ),
    "a snippet behind the class": (
        "undefined method 'x' for nil (NoMethodError)\n\n    row.x.y\n       ^^\nDid you mean?  z",
        "NoMethodError: undefined method 'x' for nil",
    ),
    "a frozen text": (
        "FrozenError: can't modify frozen String",
        'FrozenError: can\'t modify frozen String: "a shelf"',
    ),
    "a keyword": ("ArgumentError: missing keyword: row", "ArgumentError: missing keyword: :row"),
    "keywords": (
        "ArgumentError: unknown keywords: row, shelf",
        "ArgumentError: unknown keywords: :row, :shelf",
    ),
    "a hash as Ruby 3.4 shows it": (
        'ArgumentError: not a shelf: {:row=>1, "b"=>2}',
        'ArgumentError: not a shelf: {row: 1, "b" => 2}',
    ),
    "data that is shown in apostrophes": (
        "JSON::ParserError: unexpected token at '{\"row\"'",
        "JSON::ParserError: unexpected token at '{\"shelf\"'",
    ),
    # Where it ran.
    "a gem's version": (
        "cannot open gems/nokogiri-1.15.4-x86_64-linux/lib/nokogiri.rb",
        "cannot open gems/nokogiri-1.16.0.rc1/lib/nokogiri.rb",
    ),
    "a gem's version as Rails puts it": (
        "failed at activerecord (7.0.8) lib/active_record/base.rb",
        "failed at activerecord (7.1.0.rc1) lib/active_record/base.rb",
    ),
    "IPv6": (
        "could not reach [2001:db8::a1]:443 or ::1",
        "could not reach [2001:db8:0:1:2:3:4:5]:8443 or fe80::1%eth0",
    ),
    "IPv4": ("could not reach 10.0.0.7:6379", "could not reach 192.168.100.20:26379"),
    "IPv4 and IPv6": ("could not reach 10.0.0.7:6379", "could not reach [::1]:6379"),
    "a host with a port": (
        "Failed to open TCP connection to api.example.com:443 (execution expired)",
        "Failed to open TCP connection to hooks.example.org:8443 (execution expired)",
    ),
    "a host in a sentence": (
        "could not resolve host name db.internal.example",
        "could not resolve host name pg-2.eu.example.com",
    ),
    "a host of one word": (
        "Error connecting to Redis on redis:6379",
        "Error connecting to Redis on localhost:6379",
    ),
    "an address of mail": ("no such mailbox ann@a.example", "no such mailbox ann@mail.b.example"),
    # Other languages.
    "a table in German": (
        'PG::UndefinedTable: ERROR:  relation "shelves" does not exist\nLINE 1: SELECT 1',
        "PG::UndefinedTable: FEHLER:  Relation »shelves« existiert nicht\nZEILE 1: SELECT 1",
    ),
    "a table in French": (
        'PG::UndefinedTable: ERROR:  relation "shelves" does not exist',
        "PG::UndefinedTable: ERREUR:  la relation «\u00a0shelves\u00a0» n'existe pas",
    ),
    "a column in Spanish, within Rails' words": (
        'ActiveRecord::StatementInvalid: PG::UndefinedColumn: ERROR:  column t.row does not exist: "row"',
        "ActiveRecord::StatementInvalid: PG::UndefinedColumn: ERROR:  no existe la columna «row»",
    ),
    "a table in Korean": (
        'PG::UndefinedTable: ERROR:  relation "shelves" does not exist',
        'PG::UndefinedTable: 오류:  "shelves" 이름의 릴레이션(relation)이 없습니다',
    ),
    "a table in Portuguese": (
        'PG::UndefinedTable: ERROR:  relation "shelves" does not exist',
        'PG::UndefinedTable: ERRO:  relação "shelves" não existe',
    ),
    "a table in Chinese": (
        'PG::UndefinedTable: ERROR:  relation "shelves" does not exist',
        'PG::UndefinedTable: 错误:  关系 "shelves" 不存在',
    ),
    "a constraint in Japanese": (
        'PG::UniqueViolation: ERROR:  duplicate key value violates unique constraint "i_row"\n'
        "DETAIL:  Key (row)=(7) already exists.",
        'PG::UniqueViolation: ERROR:  重複したキー値は一意性制約"i_row"違反となります\n'
        "DETAIL:  キー (row)=(9) はすでに存在します。",
    ),
    "a function in German": (
        "PG::UndefinedFunction: ERROR:  function shelve(integer) does not exist",
        "PG::UndefinedFunction: FEHLER:  Funktion shelve(integer) existiert nicht",
    ),
    "a value that is no number, in German": (
        'PG::InvalidTextRepresentation: ERROR:  invalid input syntax for type integer: "abc"',
        "PG::InvalidTextRepresentation: FEHLER:  ungültige Eingabesyntax für Typ integer: »x«",
    ),
    "a missing file in German": (
        "Errno::ENOENT: No such file or directory @ rb_sysopen - /srv/a/shelf.yml",
        "Errno::ENOENT: Datei oder Verzeichnis nicht gefunden @ rb_sysopen - /opt/b/shelf.yml",
    ),
    "a missing file in Chinese, uncaught": (
        "No such file or directory @ rb_sysopen - /srv/a/shelf.yml (Errno::ENOENT)",
        "Errno::ENOENT: 没有那个文件或目录 @ rb_sysopen - /srv/a/shelf.yml",
    ),
    "a refused connection in French": (
        'Errno::ECONNREFUSED: Connection refused - connect(2) for "db" port 5432',
        'Errno::ECONNREFUSED: Connexion refusée - connect(2) for "localhost" port 5433',
    ),
    "a refused connection within words": (
        "Failed to open TCP connection to a.example:80 (Connection refused - connect(2) for 10.0.0.1:80)",
        "Failed to open TCP connection to b.example:81 (Verbindungsaufbau abgelehnt - connect(2) for 10.0.0.2:80)",
    ),
    "a full disk in Spanish": (
        "Errno::ENOSPC: No space left on device",
        "Errno::ENOSPC: No queda espacio en el dispositivo",
    ),
    "a name that is not known": (
        "SocketError: getaddrinfo: Name or service not known",
        "Socket::ResolutionError: getaddrinfo(3): Der Name oder der Dienst ist nicht bekannt",
    ),
    # Browsers, and the names that builds shorten.
    "a property of nothing in Firefox": (
        "TypeError: Cannot read properties of undefined (reading 'shelf')",
        'Uncaught TypeError: can\'t access property "shelf", e.model is undefined',
    ),
    "a property of null in Safari": (
        "TypeError: Cannot read properties of null (reading 'shelf')",
        "TypeError: null is not an object (evaluating 'this.args.shelf')",
    ),
    "a short variable": (
        "TypeError: e.addShelf is not a function",
        "TypeError: t.addShelf is not a function",
    ),
    "a variable in Safari": (
        "ReferenceError: shelfMixin is not defined",
        "ReferenceError: Can't find variable: shelfMixin",
    ),
    "a function in Safari": (
        "TypeError: this.site.shelf is not a function. (In 'this.site.shelf()', 'this.site.shelf' is undefined)",
        "TypeError: this.site.shelf is not a function",
    ),
    "a constructor in Safari": (
        "TypeError: site.Shelf is not a constructor. (evaluating 'new site.Shelf')",
        "TypeError: site.Shelf is not a constructor",
    ),
    "a module that is loaded late in Firefox": (
        "TypeError: error loading dynamically imported module: https://a.example/x.js",
        "TypeError: Failed to fetch dynamically imported module: https://b.example/y.js",
    ),
    "a module in other quotes": (
        "Error: Could not find module `discourse/lib/shelf` imported from `discourse/row`",
        "Error: Could not find module 'discourse/lib/shelf' imported from 'discourse/row'",
    ),
    "a time as HTTP writes it": (
        "it is closed until Tue, 07 Jan 2031 10:00:00 GMT",
        "it is closed until Fri, 03 Feb 2033 11:22:33 GMT",
    ),
    "a type that its words imply": (
        "no implicit conversion of nil into String",
        "TypeError: no implicit conversion of nil into String",
    ),
    "a key that its words imply": ("key not found: :row", "KeyError: key not found: :row"),
    "a promise": (
        "Uncaught (in promise) Error: Could not find module `discourse/lib/shelf`",
        "Error: Could not find module `discourse/lib/shelf`",
    ),
    "an exception that is shown": (
        "#<NameError: uninitialized constant Badge::Row>",
        "NameError: uninitialized constant Badge::Row",
    ),
    "a list of records": (
        "undefined method `rows' for #<ActiveRecord::Relation [#<Topic id: 1>, #<Topic id: 2>]>",
        "undefined method 'rows' for an instance of ActiveRecord::Relation",
    ),
    "a model with its columns": (
        "undefined method `rows' for Topic(id: integer, title: string):Class",
        "undefined method 'rows' for class Topic",
    ),
    "a model that is not connected": (
        "undefined method `rows' for Topic (call 'Topic.connection' to establish a connection):Class",
        "undefined method 'rows' for class Topic",
    ),
    "code that is evaluated": (
        "(eval at /srv/forum/lib/plugin.rb:850):3:in 'Row#put': undefined method 'x' for nil (NoMethodError)",
        "NoMethodError: undefined method 'x' for nil",
    ),
    "Rails' task, and a class below which words stand": (
        "bin/rails aborted!\nActiveRecord::PendingMigrationError:\n\nMigrations are pending.",
        "ActiveRecord::PendingMigrationError: Migrations are pending.",
    ),
    "Rails' log of a view, and what caused it": (
        "ActionView::Template::Error (undefined method `x' for nil:NilClass)\n"
        "Caused by: NoMethodError (undefined method `x' for nil:NilClass)\n\n"
        "Information for: ActionView::Template::Error (undefined method `x' for nil:NilClass):\n    1: <h1>",
        "ActionView::Template::Error: undefined method 'x' for nil",
    ),
    "Rails' log of a view, with its lines": (
        "ActionView::Template::Error (undefined method 'x' for nil):\n    1: <h1>\n    2: <%= row %>",
        "ActionView::Template::Error: undefined method 'x' for nil",
    ),
    "Rails' log with the request's number": (
        "[0a1b2c3d-4e5f-4a1b-8c2d-0a1b2c3d4e5f] NameError (uninitialized constant Row)",
        "NameError (uninitialized constant Row)",
    ),
    "a database's error, whose class rake names twice": (
        'ActiveRecord::StatementInvalid: PG::UndefinedTable: ERROR:  relation "rows" does not exist '
        "(ActiveRecord::StatementInvalid)\nLINE 1: SELECT 1",
        'PG::UndefinedTable: ERROR:  relation "rows" does not exist',
    ),
    "a server's address": (
        "Redis::CannotConnectError: refused (redis://localhost:6379)",
        "Redis::CannotConnectError: refused (redis://redis.internal.example:6380/1)",
    ),
    "a server in brackets": ("it is refused (localhost:6379)", "it is refused (localhost:6380)"),
    "a file for a moment": (
        "Errno::ENOENT: No such file or directory @ rb_sysopen - /tmp/RackMultipart20310101-12-x8z1q.png",
        "Errno::ENOENT: No such file or directory @ rb_sysopen - /tmp/RackMultipart20310202-9-qq11z.png",
    ),
    "a gem's version that is wanted": (
        "Bundler::GemNotFound: Could not find gem 'rows (= 0.4.4)' in locally installed gems.",
        "Bundler::GemNotFound: Could not find gem 'rows (= 0.4.5)' in locally installed gems.",
    ),
    "a component of Ember's": (
        "Assertion Failed: calling set on destroyed object: <discourse@component:row::ember123>",
        "Assertion Failed: calling set on destroyed object: <discourse@component:row::ember4567>",
    ),
    "a plugin's name before it": (
        "[PLUGIN badge-cabinet] TypeError: shelf.put is not a function",
        "TypeError: shelf.put is not a function",
    ),
    "a comparison": (
        "comparison of Integer with nil failed",
        "comparison of Integer with nil failed (ArgumentError)",
    ),
    "arguments": (
        "wrong number of arguments (given 3, expected 1..2; required keyword: shelf)",
        "ArgumentError: wrong number of arguments (given 3, expected 1..2; required keyword: shelf)",
    ),
}

DIFFER = {
    "columns of a table": (
        "PG::UndefinedColumn: ERROR:  column shelves.height does not exist",
        "PG::UndefinedColumn: ERROR:  column shelves.width does not exist",
    ),
    "properties in two browsers": (
        "TypeError: Cannot read properties of undefined (reading 'shelf')",
        'TypeError: can\'t access property "board", e is undefined',
    ),
    "nothing and null": (
        "TypeError: Cannot read properties of undefined (reading 'shelf')",
        "TypeError: null is not an object (evaluating 'e.shelf')",
    ),
    "functions of an object": (
        "TypeError: e.addShelf is not a function",
        "TypeError: e.addBoard is not a function",
    ),
    "functions of what has a name": (
        "TypeError: api.addShelf is not a function",
        "TypeError: site.addShelf is not a function",
    ),
    "methods": (
        "undefined method `title' for nil:NilClass",
        "undefined method 'titles' for nil",
    ),
    "receivers": (
        "undefined method 'title' for nil",
        "undefined method 'title' for an instance of Topic",
    ),
    "receivers' classes": (
        "undefined method `title' for #<Topic:0x01>",
        "undefined method 'title' for an instance of Post",
    ),
    "a class and its object": (
        "undefined method `title' for Topic:Class",
        "undefined method 'title' for an instance of Topic",
    ),
    "a class and a module": (
        "undefined method `cook' for PrettyText:Class",
        "undefined method 'cook' for module PrettyText",
    ),
    "nil and false": ("undefined method `x' for nil:NilClass", "undefined method 'x' for false"),
    "a text and a number": (
        "undefined method `x' for 42:Integer",
        "undefined method 'x' for an instance of String",
    ),
    "singleton classes": (
        "undefined method `x' for class `#<Class:Topic>'",
        "undefined method 'x' for class '#<Class:Post>'",
    ),
    "a class in an alias and one that is called": (
        "undefined method 'x' for class 'Topic'",
        "undefined method 'x' for class Topic",
    ),
    "private and undefined": (
        "private method 'x' called for an instance of Topic",
        "undefined method 'x' for an instance of Topic",
    ),
    "constants": ("uninitialized constant Badge::Row", "uninitialized constant Badge::Rows"),
    "constants, for all that was guessed": (
        "uninitialized constant Topik\nDid you mean?  Topic",
        "uninitialized constant Topick\nDid you mean?  Topic",
    ),
    "trailing classes": ("it is full (ArgumentError)", "it is full (RuntimeError)"),
    "classes that words do not imply": (
        "NameError: undefined method 'x' for class 'Topic'",
        "NoMethodError: undefined method 'x' for class 'Topic'",
    ),
    "frozen classes": ("can't modify frozen String: 1", "can't modify frozen Hash: 1"),
    "keywords": ("missing keyword: :row", "missing keyword: :shelf"),
    "missing and unknown keywords": ("missing keyword: row", "unknown keyword: row"),
    "gems": ("cannot open gems/mail-2.7.1/lib/a.rb", "cannot open gems/mini_mail-2.7.1/lib/a.rb"),
    "files of a gem": ("cannot open gems/mail-2.7.1/a.rb", "cannot open gems/mail-2.7.1/b.rb"),
    "gems that are not there": (
        "Could not find gem 'mail (= 2.7.1)' in locally installed gems",
        "Could not find gem 'mini_mail' in locally installed gems",
    ),
    "calls that look like hosts": (
        "TypeError: api.container is not a function",
        "TypeError: api.registry is not a function",
    ),
    "files that look like hosts": ("cannot parse topic.rb:12", "cannot parse post.rb:12"),
    "modules that look like IPv6": ("no method Ab::Cd", "no method Ab::Ce"),
    "tables": (
        'PG::UndefinedTable: ERROR:  relation "shelves" does not exist',
        "PG::UndefinedTable: FEHLER:  Relation »rows« existiert nicht",
    ),
    "a table and a column of one name": (
        'PG::UndefinedTable: ERROR:  relation "row" does not exist',
        'PG::UndefinedColumn: ERROR:  column "row" does not exist',
    ),
    "constraints": (
        'PG::UniqueViolation: ERROR:  duplicate key value violates unique constraint "i_row"',
        "PG::UniqueViolation: FEHLER:  doppelter Schlüsselwert verletzt Unique-Constraint »i_shelf«",
    ),
    "functions": (
        "PG::UndefinedFunction: ERROR:  function shelve(integer) does not exist",
        "PG::UndefinedFunction: FEHLER:  Funktion put(integer) existiert nicht",
    ),
    "types": (
        'PG::InvalidTextRepresentation: ERROR:  invalid input syntax for type integer: "abc"',
        'PG::InvalidTextRepresentation: ERROR:  invalid input syntax for type uuid: "abc"',
    ),
    "exceptions that are shown": (
        "it failed: #<NameError: uninitialized constant Badge::Row>",
        "it failed: #<NameError: uninitialized constant Badge::Shelf>",
    ),
    "gems that are missing": (
        "Could not find gem 'rows (= 0.4.4)' in locally installed gems.",
        "Could not find gem 'shelves (= 0.4.4)' in locally installed gems.",
    ),
    "variables of a style sheet": (
        'SassC::SyntaxError: Error: Undefined variable: "$row-low".',
        'SassC::SyntaxError: Error: Undefined variable: "$shelf".',
    ),
    "keys that are missing": (
        'KeyError: key not found: "ROW"',
        'KeyError: key not found: "SHELF"',
    ),
    "functions in Safari": (
        "TypeError: e.put is not a function. (In 'e.put()', 'e.put' is undefined)",
        "TypeError: e.take is not a function. (In 'e.take()', 'e.take' is undefined)",
    ),
    "modules in backticks": (
        "Could not find module `discourse/row`",
        "Could not find module `discourse/shelf`",
    ),
    "icons": ('Missing SVG icon "far-row"', 'Missing SVG icon "far-shelf"'),
    "initializers": (
        'Error: An error occurred in the "rows" initializer. Error message: x',
        'Error: An error occurred in the "shelves" initializer. Error message: x',
    ),
    "errors of the system": (
        "Errno::ENOENT: No such file or directory @ rb_sysopen - /a/shelf.yml",
        "Errno::EACCES: Permission denied @ rb_sysopen - /a/shelf.yml",
    ),
    "files that are missing": (
        "Errno::ENOENT: No such file or directory @ rb_sysopen - /a/shelf.yml",
        "Errno::ENOENT: Datei oder Verzeichnis nicht gefunden @ rb_sysopen - /a/row.yml",
    ),
    "what was done to a file": (
        "Errno::ENOENT: No such file or directory @ rb_sysopen - /a/shelf.yml",
        "Errno::ENOENT: No such file or directory @ dir_initialize - /a/shelf.yml",
    ),
    "a refusal and what came of it": (
        "Errno::ECONNREFUSED: Connection refused - connect(2) for a.example:80",
        "Errno::ECONNREFUSED: Failed to open TCP connection to a.example:80",
    ),
}


@pytest.mark.parametrize("pair", AGREE)
def test_the_same_error(pair: str) -> None:
    one, other = AGREE[pair]
    assert fingerprint(PLUGIN, one, _AT) == fingerprint(PLUGIN, other, _AT)


@pytest.mark.parametrize("pair", DIFFER)
def test_two_errors(pair: str) -> None:
    one, other = DIFFER[pair]
    assert fingerprint(PLUGIN, one, _AT) != fingerprint(PLUGIN, other, _AT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "/a/plugins/badge-cabinet/gems/3.2.2/gems/shelf-1.2.3/lib/shelf.rb:3:in `put'",
            "/b/plugins/badge-cabinet/gems/3.4.1/gems/shelf-1.3.0.rc1/lib/shelf.rb:5:in 'Shelf#put'",
        ),
        (
            "/a/plugins/badge-cabinet/app/views/row.html.erb:2:in `_plugins_app_views_row_html_erb__98765432_4560'",
            "/b/plugins/badge-cabinet/app/views/row.html.erb:3:in '_plugins_app_views_row_html_erb___1234567890_23400'",
        ),
        (
            "/a/plugins/badge-cabinet/lib/row.rb:2:in `block in <=>'",
            "/b/plugins/badge-cabinet/lib/row.rb:2:in 'block in BadgeCabinet::Row#<=>'",
        ),
        (
            "at f (https://a.example/assets/plugins/badge-cabinet-0a1b2c3d4e5f.js:1:5)",
            "at g (https://b.example/assets/br/plugins/badge-cabinet_main.Bx1-0a1b2c3d.digested.js:2:7)",
        ),
        (
            "at f (https://a.example/assets/js/plugins/badge-cabinet_main.Bx1-hdodxd1p.digested.js:1:5)",
            "at g (https://b.example/assets/gz/plugins/badge-cabinet_main.a_1-4kzq9x2m.digested.js:2:7)",
        ),
    ],
)
def test_the_same_frames(one: str, other: str) -> None:
    assert fingerprint(PLUGIN, "it failed", one) == fingerprint(PLUGIN, "it failed", other)
    assert fingerprint(PLUGIN, "it failed", one) != fingerprint(PLUGIN, "it failed", None)


_MET = "/srv/forum/plugins/badge-cabinet/plugin.rb:41:in `block in activate!'\n/srv/forum/lib/plugin.rb:7:in `each'"
_SAID = "uninitialized constant Cabinet::Shelf"
# One error, as a site tells it, and in all that logs and people put around it.
DRESSED = {
    "Rails' log": f"NameError ({_SAID}):\n\n{_MET}",
    "rake": f"rake aborted!\nNameError: {_SAID}\n{_MET}\n\nTasks: TOP => db:migrate\n(See full trace by running …)",
    "a banner": f"** PLUGIN FAILURE **\n\nYou are unable to build Discourse due to this error during plugin\n"
    f"initialization:\n\n{_SAID}\n\n{_MET}",
    "Ruby, and a banner": f"{_MET.splitlines()[0]}: {_SAID} (NameError)\n\n** INCOMPATIBLE PLUGIN **\n\nPlease try "
    "removing this plugin and rebuilding again!",
    "a job": f"Job exception: {_SAID}\n\n{_MET}",
    "a job's wrapper": f"Jobs::HandledExceptionWrapper: Wrapped NameError: {_SAID}\n{_MET}",
    "Ruby's logger": f"E, [2026-07-12T02:29:46.000000 #13] ERROR -- : {_SAID} (NameError)\n{_MET}",
    "a rebuild": "I, [2026-01-31T00:04:10.386658 #1]  INFO -- : > su discourse -c 'bundle exec rake db:migrate'\n"
    f"25:M 31 Jan 2026 00:04:19.364 * 10 changes in 300 seconds. Saving...\nrake aborted!\nNameError: {_SAID}\n{_MET}",
    "Docker Compose": "\n".join(
        f"app-1  | {line}" for line in f"NameError: {_SAID}\n{_MET}".split("\n")
    ),
    "GitHub": "\n".join(
        f"2026-05-02T10:11:12.1Z {line}" for line in f"NameError: {_SAID}\n{_MET}".split("\n")
    ),
    "a post": f"Hello,\nsince the update:\n```\nNameError: {_SAID}\n{_MET}\n```\nThanks!",
}


@pytest.mark.parametrize("dress", DRESSED)
def test_an_error_is_the_same_whatever_tells_it(dress: str) -> None:
    assert fingerprint(PLUGIN, DRESSED[dress], None) == fingerprint(PLUGIN, _SAID, _MET)
    assert fingerprint(PLUGIN, "", f"NameError: {_SAID}\n{_MET}") == fingerprint(
        PLUGIN, _SAID, _MET
    )


@pytest.mark.parametrize(
    "told",
    [
        "ActiveRecord::StatementInvalid: {}",
        "ActiveRecord::StatementInvalid ({}\nLINE 1: SELECT topics.shelf\n               ^\n)",
        "StandardError: An error has occurred, this and all later migrations canceled:\n\n{}",
    ],
)
def test_what_a_database_says_is_the_same_whoever_asked_it(told: str) -> None:
    said = "PG::UndefinedColumn: ERROR:  column topics.shelf does not exist"
    assert fingerprint(PLUGIN, told.format(said), _AT) == fingerprint(PLUGIN, said, _AT)


def test_a_browsers_error_is_the_same_with_its_level_and_in_older_words() -> None:
    now = fingerprint(
        PLUGIN, "TypeError: Cannot read properties of undefined (reading 'shelf')", None
    )
    for told in (
        "[error] Uncaught TypeError: Cannot read property 'shelf' of undefined",
        '[pageerror] TypeError: can\'t access property "shelf", a.b is undefined',
    ):
        assert fingerprint(PLUGIN, told, None) == now


@pytest.mark.parametrize(
    "told",
    [
        'RollupError: "{}" is not exported by "discourse/lib/x.js", imported by "plugins/a/x.js".',
        'RollupError: "a" is not exported by "discourse/lib/{}.js", imported by "plugins/a/x.js".',
        '[vite]: Rollup failed to resolve import "discourse/lib/{}" from "/srv/plugins/a/x.js".',
        'Could not resolve "discourse/lib/{}"',
        'TypeError: Failed to resolve module specifier "discourse/lib/{}". Relative references must start with',
    ],
)
def test_what_is_missing_when_a_bundle_is_built_tells_errors_apart(told: str) -> None:
    def made(missing: str, root: str = "/srv") -> str:
        return fingerprint(PLUGIN, told.format(missing).replace("/srv", root), None)

    assert made("shelf") != made("drawer")
    assert made("shelf") == made("shelf", "/var/www/discourse")
