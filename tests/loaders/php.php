<?php
// What a PHP loader makes of env files, over the variables of FOLDER.preset. Argument: vlucas or symfony.
// Standard input names one folder a line; one JSON object a line is the answer: {"values": {NAME: hex of the value},
// "error": text or null}.
error_reporting(0);
ini_set('display_errors', 'stderr');
require ['vlucas' => '/usr/share/php/Dotenv/autoload.php', 'symfony' => '/usr/share/php/Symfony/Component/Dotenv/autoload.php'][$argv[1]];
$env = $_ENV;
$server = $_SERVER;
while (($folder = fgets(STDIN)) !== false) {
    $folder = rtrim($folder, "\n");
    $_ENV = $env;
    $_SERVER = $server;
    foreach ($preset ?? [] as $name => $value) {
        putenv((string) $name);
    }
    $preset = is_file("$folder.preset") ? json_decode(file_get_contents("$folder.preset"), true) : [];
    foreach ($preset as $name => $value) {
        $_ENV[$name] = $_SERVER[$name] = $value;
        putenv("$name=$value");
    }
    try {
        if ($argv[1] === 'vlucas') {
            Dotenv\Dotenv::createImmutable($folder)->load();
        } else {
            (new Symfony\Component\Dotenv\Dotenv())->load("$folder/.env");
        }
        $values = [];
        foreach ($_ENV as $name => $value) {
            if (is_string($value) && ($env[$name] ?? null) !== $value && $name !== 'SYMFONY_DOTENV_VARS') {
                $values[$name] = bin2hex($value);
            }
        }
        $answer = ['values' => (object) $values, 'error' => null];
    } catch (Throwable $error) {
        $answer = ['values' => (object) [], 'error' => get_class($error)];
    }
    echo json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
