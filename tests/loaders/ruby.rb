# What Ruby's dotenv makes of env files, over the variables of FOLDER.preset. Argument: a folder with another
# release's code, if not the installed one. Standard input names one folder a line; one JSON object a line is the answer:
# {"values": {NAME: hex of the value}, "error": text or null}.
require 'json'
$LOAD_PATH.unshift(ARGV.shift) unless ARGV.empty?
require 'dotenv'
before = ENV.to_h
$stdin.each_line do |folder|
  preset = "#{folder.chomp}.preset"
  ENV.replace(before.merge(File.exist?(preset) ? JSON.parse(File.read(preset)) : {}))
  begin
    Dotenv.load(File.join(folder.chomp, '.env'))
    set = ENV.to_h.reject { |name, value| before[name] == value }
    answer = { values: set.to_h { |name, value| [name.dup.force_encoding('UTF-8').scrub, value.unpack1('H*')] }, error: nil }
  rescue StandardError, ScriptError => error
    answer = { values: {}, error: "#{error.class}: #{error.message.scrub}"[0, 300] }
  end
  puts JSON.generate(answer)
  $stdout.flush
end
