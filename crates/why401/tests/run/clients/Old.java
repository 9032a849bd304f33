import java.net.HttpURLConnection;
import java.net.URI;

public class Old {
    public static void main(String[] arguments) throws Exception {
        var connection = (HttpURLConnection) URI.create(System.getenv("URL")).toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + System.getenv("ACME_API_KEY"));
        System.out.println(connection.getResponseCode());
    }
}
