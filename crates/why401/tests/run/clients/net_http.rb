require 'net/http'
url = URI(ENV['URL'])
request = Net::HTTP::Get.new(url, 'Authorization' => "Bearer #{ENV['ACME_API_KEY']}")
puts Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == 'https') { |http| http.request(request) }.code
