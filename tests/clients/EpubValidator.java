import com.adobe.epubcheck.api.EPUBLocation;
import com.adobe.epubcheck.api.EpubCheck;
import com.adobe.epubcheck.api.MasterReport;
import com.adobe.epubcheck.messages.Message;
import com.adobe.epubcheck.util.FeatureEnum;
import com.adobe.epubcheck.util.ReportingLevel;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * EPUBCheck kept warm: reads one path a line, answers one line a message and then a line "END".
 *
 * <p>A message line is severity, code, place and words, parted by tabs.
 */
public final class EpubValidator {

    private static final class Told extends MasterReport {
        private final PrintStream answers;

        Told(PrintStream answers) {
            this.answers = answers;
            setReportingLevel(ReportingLevel.Usage);
        }

        @Override
        public void message(Message message, EPUBLocation where, Object... details) {
            String place = where.getPath() + ":" + where.getLine() + ":" + where.getColumn();
            String words = message.getMessage(details).replaceAll("\\s+", " ");
            answers.println(message.getSeverity() + "\t" + message.getID() + "\t" + place + "\t" + words);
        }

        @Override
        public void info(String resource, FeatureEnum feature, String value) {}

        @Override
        public void initialize() {}

        @Override
        public int generate() {
            return 0;
        }
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ENGLISH);
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err); // whatever the library prints is no answer
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = asked.readLine(); path != null; path = asked.readLine()) {
            try {
                new EpubCheck(new File(path), new Told(answers)).check();
                answers.println("END");
            } catch (Exception broken) {
                answers.println("BROKEN\t" + broken.toString().replaceAll("\\s+", " "));
            }
        }
    }
}
