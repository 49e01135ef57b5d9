"""Where a file stands, by its path and its first lines: what each language calls a test, and what only looks so."""

import pytest

from tlsscan.model import Area, Origin
from tlsscan.origin import areas_told, below, is_generated, language_at, origin_of

TEST, EXAMPLE, DOCUMENTATION, VENDORED, GENERATED = Area

LABELS = {
    "python": """
        tests/client.py                                 test
        test/client.py                                  test
        shop/tests/test_client.py                       test
        src/twisted/internet/test/connectionmixins.py   test
        shop/test_client.py                             test
        shop/client_test.py                             test
        shop/tests.py                                   test
        conftest.py                                     test
        integration_tests/client.py                     test
        end-to-end-tests/client.py                      test
        test_data/client.py                             test
        contest/client.py
        latest/client.py
        attest/protest.py
        shop/testing_ground.py
        shop/contest.py
        specification/client.py
        spec/client.py
        examples/client.py                              example
        exemplos/NFe/client.php                         example
        ejemplos/client.php                             example
        app/beispiele/client.py                         example
        src/exemplary/client.py
        packages/shop/examples/client.py                example
        example_client.py                               example
        client_example.py                               example
        demo/client.py                                  example
        src/demo/client.py
        lib/sample/rate.py
        example.com/client.py
        shop/sample_rate.py
        docs/conf.py                                    documentation
        doc/conf.py                                     documentation
        src/doc/reader.py
        docs/examples/client.py                         example documentation
        generated/client.py                             generated
        shop/client_pb2.py                              generated
        shop/client_pb2_grpc.py                         generated
    """,
    "ruby": """
        test/client.rb                                  test
        spec/client.rb                                  test
        spec/shop/client_spec.rb                        test
        qa/client_test.rb                               test
        test_client.rb                                  test
        lib/shop/client_test.rb
        lib/shop/test_kit.rb
        app/models/customization_spec.rb
        config/environments/test_sqlite3.rb
        spec_helper.rb                                  test
        lib/inspector.rb
        lib/specification/reader.rb
        lib/shop/latest.rb
        samples/client.rb                               example
        lib/shop/client_pb.rb                           generated
    """,
    "php": """
        Postman/Postman-PortTest.php
        tests/ClientTest.php                            test
        module/ClientTest.php                           test
        _test/Client.php                                test
        src/TwigTest.php
        library/Zend/Http/Client/Adapter/Test.php
        application/Tools/Email/PostSendTest.php
        test-mail.php
        tests/unit/ClientCest.php                       test
        spec/Shop/ClientSpec.php                        test
        src/Latest.php
        src/Contest.php
        src/Greatest.php
        src/TestimonialList.php
        src/Specification.php
        upload/config.sample.php                        example
    """,
    "java": """
        src/test/java/shop/Client.java                  test
        src/integrationTest/java/shop/Client.java       test
        src/androidTest/java/shop/Client.java           test
        src/testFixtures/java/shop/Client.java          test
        shop/src/shop/ClientTest.java                   test
        shop/src/shop/ClientTests.java                  test
        shop/src/shop/ClientIT.java                     test
        shop/src/shop/AbstractTestCase.java             test
        tests/smoke/src/main/java/shop/Client.java      test
        src/main/java/com/example/Client.java
        src/main/java/com/example/demo/Client.java
        src/main/java/shop/test/Probe.java
        src/main/java/shop/ConnectionTest.java
        src/com/example/Client.java
        java/security/spec/ParameterSpec.java
        shop/src/shop/AUDIT.java
        shop/src/shop/Latest.java
        testsuite-jpms/src/main/java/shop/Client.java   test
        shop-test-sources/src/main/java/Client.java     test
        contest-data/src/main/java/shop/Client.java
        examples/src/main/java/shop/Client.java         example
        target/generated-sources/shop/Client.java       generated
    """,
    "csharp": """
        Shop.Tests/Client.cs                            test
        Shop.UnitTests/Client.cs                        test
        ShopTests/Client.cs                             test
        ShopNGTests/Client.cs                           test
        Shop.Test.Common/Client.cs                      test
        Shop.NUnit.Integration/Client.cs                test
        Shop.Samples.NUnit/Client.cs                    test example
        TestFramework/Client.cs                         test
        Shop.VBSample/Client.cs                         example
        Shop.Samples.Wpf/Client.cs                      example
        Shop.Resample/Client.cs
        Shop.Sampler/Client.cs
        TutorialSamples/Client.cs                       example
        src/ShopDemo/Client.cs                          example
        DemoClient/Client.cs                            example
        SampleConsole.Core/Client.cs                    example
        ShopSample/Client.cs
        SampleTracker/Client.cs
        Demographics/Client.cs
        Shop.Tests.Modules/Client.cs                    test
        Shop/ClientTests.cs                             test
        Shop/SelfTest.cs
        Shop/PressureTest.cs
        Shop/Contest.cs
        Shop/Latest.cs
        Shop.Contests/Client.cs
        Shop.Samples/Client.cs                          example
        Shop/Form.Designer.cs                           generated
        Shop/Client.g.cs                                generated
    """,
    "vbnet": """
        Shop.Tests/Client.vb                            test
        Shop/ClientTests.vb                             test
        Shop/Latest.vb
        Shop/Form.Designer.vb                           generated
    """,
    "powershell": """
        Get-Shop.Tests.ps1                              test
        tests/Shop.ps1                                  test
        Test-Connection.ps1
        Get-Latest.ps1
        Examples/Get-Shop.ps1                           example
    """,
}
ROWS = [(language, *line.split(None, 1)) for language, text in LABELS.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:2]))
def test_labels_by_path(row: tuple[str, ...]) -> None:
    language, path, *labels = row
    assert origin_of(path, language).areas == tuple(Area(word) for word in " ".join(labels).split())


COPIES = [
    ("php", "vendor/guzzlehttp/guzzle/src/Client.php", "guzzlehttp/guzzle", ""),
    ("php", "upload/system/storage/vendor/guzzlehttp/guzzle/src/Client.php", "guzzlehttp/guzzle", ""),
    ("php", "lib/phpmailer-5.2.21/class.smtp.php", "phpmailer", "5.2.21"),
    ("php", "third_party/soap/client.php", "soap", ""),
    ("php", "externals/phpmailer/class.smtp.php", "phpmailer", ""),
    ("ruby", "vendor/bundle/ruby/2.7.0/gems/rest-client-1.6.7/lib/restclient.rb", "rest-client", "1.6.7"),
    ("ruby", "vendor/gems/excon-0.71.0/lib/excon.rb", "excon", "0.71.0"),
    ("ruby", "vendor/plugins/active_merchant/lib/connection.rb", "active_merchant", ""),
    ("python", "src/pip/_vendor/urllib3/util/ssl_.py", "urllib3", ""),
    ("python", "vendor/requests/adapters.py", "requests", ""),
    ("python", "opt/python3.9/site-packages/kombu/transport.py", "kombu", ""),
    ("python", "site-packages/pip/_vendor/urllib3/util/ssl_.py", "pip", ""),
    ("php", "vendor/hybridauth/hybridauth/src/Thirdparty/OAuth/Client.php", "hybridauth/hybridauth", ""),
    ("php", "install/vendor/smarty/libs/Smarty.class.php", "smarty", ""),
    ("php", "shop/vendor/servers/php/owa/includes/PHPMailer_5.2.0/class.smtp.php", "PHPMailer", "5.2.0"),
    ("php", "lib/vendor/GoogleAPIClient/IO/Curl.php", "GoogleAPIClient", ""),
    ("php", "protected/vendors/Zend/Http/Client/Socket.php", "Zend", ""),
    ("php", "extensions/yii-mail/vendors/swiftMailer/classes/Swift/StreamBuffer.php", "swiftMailer", ""),
    ("php", "app/vendors/phpmailer/class.smtp.php", "phpmailer", ""),
    ("php", "vendor/PHPMailer/class.smtp.php", "PHPMailer", ""),
    ("php", "lib/vendor/Http-2.1/Client.php", "Http", "2.1"),
    ("python", "shop/_vendor/six.py", "", ""),
    ("python", "third_party/python/boto/connection.py", "boto", ""),
    ("php", "vtlib/thirdparty/network/Net/Socket.php", "Net_Socket", ""),
    ("php", "vtlib/thirdparty/network/HTTP/Request2/SocketWrapper.php", "HTTP_Request2", ""),
    ("php", "thirdparty/network/common/Socket.php", "", ""),
    ("csharp", "packages/MailKit.2.1.0/lib/MailKit.cs", "MailKit", "2.1.0"),
    ("csharp", "thirdparty/websocket-sharp/Client.cs", "websocket-sharp", ""),
    ("java", "third_party/java/paho/src/main/java/Client.java", "paho", ""),
]


@pytest.mark.parametrize(("language", "path", "package", "version"), COPIES, ids=[row[1] for row in COPIES])
def test_copies_name_their_package_as_far_as_the_path_tells(
    language: str, path: str, package: str, version: str
) -> None:
    assert origin_of(path, language) == Origin((VENDORED,), package, version)


@pytest.mark.parametrize(
    ("language", "path"),
    [
        ("php", "vendor/autoload.php"),
        ("php", "vendor/composer/ClassLoader.php"),
        ("php", "vendor/orders/list.php"),
        ("php", "app/controllers/vendor/product/images/upload.php"),
        ("php", "catalog/controller/vendor/order.php"),
        ("php", "resources/views/vendor/mail/layout.php"),
        ("php", "admin/vendors/export/mail.php"),
        ("php", "vendors/orders/list/mail.php"),
        ("php", "vendors/mail.php"),
        ("python", "shop/vendors/list/mail.py"),
        ("python", "shop/vendor/views.py"),
        ("python", "shop/vendor/migrations/first.py"),
        ("python", "app/vendor/orders/list.py"),
        ("ruby", "app/models/vendor/order.rb"),
        ("ruby", "lib/shop/credential/third_party/subject.rb"),
        ("ruby", "gems/shop-client/lib/client.rb"),
        ("java", "src/main/java/shop/vendor/VendorService.java"),
        ("java", "src/shop/vendor/orders/VendorService.java"),
        ("csharp", "packages/Shop/Client.cs"),
        ("php", "src/api-1.0.0/Client.php"),
        ("ruby", "modules/exploits/php-5.3.9-dos/module.rb"),
        ("ruby", "modules/exploits/shop-5.3.9-dos/module.rb"),
        ("php", "phpmailer-5.2.21/class.smtp.php"),  # the unpacked archive itself
    ],
)
def test_what_only_looks_like_a_copy(language: str, path: str) -> None:
    assert VENDORED not in origin_of(path, language).areas


def test_a_file_may_stand_in_several_areas() -> None:
    origin = origin_of("vendor/acme/sdk/tests/ClientTest.php", "php", (Area.GENERATED,))
    assert origin == Origin((TEST, VENDORED, GENERATED), "acme/sdk", "")


@pytest.mark.parametrize(
    ("path", "roots", "rest"),
    [
        ("tests/a/x.py", ["tests/"], "a/x.py"),
        ("tests/a/x.py", [""], "tests/a/x.py"),
        ("tests/a/x.py", ["", "tests/"], "tests/a/x.py"),
        ("tests/a/x.py", ["tests/a/", "tests/"], "a/x.py"),
        ("tests/a/x.py", [], "x.py"),
        ("tests/a/x.py", ["test/", "tests/b/"], "x.py"),
        ("/home/tests/x.py", [""], "x.py"),
        ("/home/tests/a/x.py", ["", "/home/tests/"], "a/x.py"),
    ],
)
def test_only_what_stands_below_the_named_folder_counts(path: str, roots: list[str], rest: str) -> None:
    assert below(path, roots) == rest


@pytest.mark.parametrize(
    "head",
    [
        "# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
        "// <auto-generated>\n//     This code was generated by a tool.\n",
        "'     <autogenerated />\n",
        "<?php\n# @generated\n",
        "<?php // DO NOT EDIT: made by tools/build\n",
        "/*\n * This file was automatically generated by SWIG.\n */\n",
        "# Autogenerated by Thrift Compiler (0.9.3)\n",
        "/* THIS FILE IS GENERATED. DO NOT MODIFY. */\n",
        "# This file is auto-generated from the current state of the database.\n",
        "\n\n-- This class is automatically generated\n",
    ],
)
def test_what_a_generator_writes_first(head: str) -> None:
    assert is_generated((head + "x = 1\n").encode())


@pytest.mark.parametrize(
    "head",
    [
        "",
        'GENERATED = "@generated"\n',
        "# Generates code; do not edit lightly\n",
        "# This file was generated by the `rails generate rspec:install` command.\n",
        "# Keys are generated automatically\n",
        'print("DO NOT EDIT")\n',
        "#" * 4000 + "\n# @generated\n",
    ],
)
def test_what_is_no_mark_of_a_generator(head: str) -> None:
    assert not is_generated((head + "x = 1\n").encode())


@pytest.mark.parametrize(
    ("language", "content", "areas"),
    [
        ("java", "package a;\nimport org.junit.Test;\nclass HttpClientTest {\n  @Test\n  void get() { }\n}\n", (TEST,)),
        ("java", "import static org.junit.jupiter.api.Assertions.*;\nclass A {\n  @ParameterizedTest\n}\n", (TEST,)),
        ("java", "import org.junit.Assert;\nclass Checks {\n  void get() { }\n}\n", ()),  # what tests share
        ("java", "import org.acme.Test;\nclass A {\n  @Test\n  void get() { }\n}\n", ()),
        ("csharp", "using Xunit;\nclass A {\n  [Fact]\n  void Get() { }\n}\n", (TEST,)),
        ("csharp", "// <auto-generated>\nusing NUnit.Framework;\nclass A {\n  [Test]\n}\n", (TEST, GENERATED)),
        ("python", "import org.junit.Test\n@Test\n", ()),
    ],
)
def test_what_a_file_holds_tells_that_it_is_a_test(language: str, content: str, areas: tuple[Area, ...]) -> None:
    assert areas_told(content.encode(), language) == areas


def test_a_test_is_one_wherever_it_stands() -> None:
    assert origin_of("src/main/java/shop/Client.java", "java", (TEST,)).areas == (TEST,)


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("web/packages/Microsoft.Owin.Host.SystemWeb.2.0.0/Microsoft.Owin.Host.SystemWeb.2.0.0.nuspec", True),
        ("src/Shop.Client/Shop.Client.nuspec", False),
    ],
)
def test_what_nuget_unpacks_is_a_copy_with_its_manifest(path: str, *, package: bool) -> None:
    origin = origin_of(path, language_at(path))
    assert (origin.package, VENDORED in origin.areas) == ("Microsoft.Owin.Host.SystemWeb" if package else "", package)
